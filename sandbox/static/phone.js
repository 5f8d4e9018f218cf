// The phone page: shows one person's chat, sends what they do, and steers the stand-in. Text is only ever set as text.
"use strict";

(() => {
  const base = document.body.dataset.base;
  const $ = (id) => document.getElementById(id);
  const store = { person: "zhao", entry: 0, passage: 0, sending: 0, lastAt: null, menu: "", seen: new Map() };
  const POLL = 1500;
  const QUIET_MINUTES = 5;

  // ---- talking to the stand-in
  async function ask(path, body) {
    const options = body === undefined ? {} : {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    };
    const response = await fetch(base + path, options);
    const answer = await response.json().catch(() => ({ error: "模拟的微信没有回话" }));
    if (!response.ok) throw new Error(answer.error || "没有做成");
    return answer;
  }

  async function act(wish) {
    store.sending += 1;
    $("waiting").hidden = false;
    const waiting = ask(`person/${store.person}/send`, wish);
    setTimeout(refresh, 60);
    try {
      const answer = await waiting;
      if (answer.held) toast("这条消息在路上，等下一条走了它才到");
      if (answer.opens) toast(`真的微信会打开：${answer.opens}`);
    } catch (error) {
      toast(error.message);
    } finally {
      store.sending -= 1;
      $("waiting").hidden = store.sending === 0;
      await refresh();
    }
  }

  async function order(path, body, done) {
    try {
      await ask(path, body);
      if (done) toast(done);
    } catch (error) {
      toast(error.message);
    }
    await refresh();
  }

  let toastTimer = 0;
  function toast(words) {
    $("toast").textContent = words;
    $("toast").hidden = false;
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => { $("toast").hidden = true; }, 5000);
  }

  // ---- small builders; content goes in as text nodes only
  function make(tag, className, ...children) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...children);
    return node;
  }

  function tap(words, wish) {
    const button = make("button", "tap", words);
    button.type = "button";
    button.addEventListener("click", () => act(wish));
    return button;
  }

  function link(words, address) {
    const anchor = make("a", "", words);
    anchor.href = address;
    anchor.target = "_blank";
    anchor.rel = "noopener noreferrer";
    return anchor;
  }

  const isWeb = (address) => /^https?:\/\//i.test(address);

  // The anchors WeChat renders inside a text, and bare addresses; everything else stays plain text.
  const ANCHOR = /<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；！？、）】]+)/gi;

  function rich(text) {
    const parts = [];
    let from = 0;
    for (const found of text.matchAll(ANCHOR)) {
      parts.push(text.slice(from, found.index));
      parts.push(anchor(found[1] || found[2] || found[4] || "", found[3] || found[4], found[0]));
      from = found.index + found[0].length;
    }
    parts.push(text.slice(from));
    return parts;
  }

  function anchor(address, words, original) {
    const clean = address.replaceAll("&amp;", "&");
    if (isWeb(clean)) return link(words, clean);
    if (/^weixin:\/\/bizmsgmenu\?/i.test(clean)) {
      const query = new URLSearchParams(clean.slice(clean.indexOf("?") + 1));
      return tap(words, { type: "choose", text: query.get("msgmenucontent") || words, item: query.get("msgmenuid") || "" });
    }
    return original;
  }

  // ---- one entry of the chat
  const DRAW = {
    text: (entry) => [make("div", "bubble", ...rich(entry.text))],
    menu: (entry) => {
      const choices = make("div", "choices", ...entry.items.map((one) => tap(one.text, { type: "choose", text: one.text, item: one.id })));
      return [make("div", "bubble", ...rich(entry.text), choices, entry.tail)];
    },
    notice: (entry) => {
      const list = make("dl", "", ...entry.values.flatMap(([label, value]) => [make("dt", "", label), make("dd", "", value)]));
      const from = make("p", "from", entry.via === "template" ? "模板消息" : "订阅通知");
      const slip = make("div", "bubble slip", make("h3", "", entry.title), list);
      if (isWeb(entry.url)) slip.append(link("查看详情", entry.url));
      slip.append(from);
      return [slip];
    },
    news: (entry) => [make("div", "bubble slip", ...entry.items.flatMap((one) => [
      make("h3", "", isWeb(one.url) ? link(one.title, one.url) : one.title), make("p", "", one.description)]))],
    image: () => {
      const photo = make("img", "photo");
      photo.src = `${base}static/photo.png`;
      photo.alt = "一张照片";
      return [make("div", "bubble", photo)];
    },
    voice: (entry) => [make("div", "bubble", "［语音］", entry.text ? `\n${entry.text}` : "没有识别文字")],
    location: (entry) => [make("div", "bubble", `［位置］\n${entry.text}`)],
    video: (entry) => [make("div", "bubble", `［视频］${entry.text}`)],
    link: (entry) => [make("div", "bubble", `［链接］${entry.text}`)],
    media: (entry) => [make("div", "bubble", `［${entry.text}］`)],
  };

  function draw(entry) {
    if (entry.side === "system") {
      const kinds = { trouble: "note trouble", clock: "note jump" };
      return make("li", kinds[entry.kind] || "note", make("span", "", entry.text));
    }
    const face = make("span", "face", entry.side === "me" ? store.name.slice(0, 1) : "军");
    face.setAttribute("aria-hidden", "true");
    const speaker = make("span", "hidden", entry.side === "me" ? "我：" : "公众号：");
    const item = make("li", entry.side, face, speaker, ...(DRAW[entry.kind] || DRAW.text)(entry));
    if (entry.via) item.dataset.via = entry.via;
    return item;
  }

  function show(entries) {
    const chat = $("chat");
    for (const entry of entries) {
      const at = new Date(entry.at);
      const isQuiet = !store.lastAt || at - store.lastAt > QUIET_MINUTES * 60000;
      if (isQuiet && entry.kind !== "clock") {
        chat.append(make("li", "when", make("span", "", entry.at.slice(5, 16).replace("T", " "))));
      }
      store.lastAt = at;
      store.entry = Math.max(store.entry, entry.id);
      chat.append(draw(entry));
    }
    if (entries.length) chat.scrollTop = chat.scrollHeight;
  }

  // ---- the rest of the page
  function showPerson(state) {
    store.name = state.person.name;
    const follows = state.person.following;
    $("follow").textContent = follows ? "已关注" : "关注";
    $("follow").disabled = follows;
    $("unfollow").disabled = !follows;
    $("dock").hidden = !follows;
    $("welcome").hidden = follows;
    $("chat").hidden = !follows && state.entries.length === 0 && store.entry === 0;
    fill("about", [`${state.person.about}。`, make("span", "window", `这会儿公众号还能主动发 ${state.person.window} 条`)]);
    $("save").href = `${base}person/${store.person}/script`;
    $("clock").textContent = state.now.slice(11, 16);
    $("today").textContent = `现在是 ${state.now.slice(0, 16).replace("T", " ")}`;
    if ($("people").childElementCount === 0) {
      $("people").append(...state.people.map((one) => choice(one.name, () => switchTo(one.id), one.id)));
      fill("sayings", state.person.sayings.map((words) => choice(words, () => act({ type: "text", text: words }))));
    }
    const last = new Map(state.people.map((one) => [one.id, one.last]));
    for (const button of $("people").children) {
      const id = button.dataset.id;
      button.setAttribute("aria-pressed", String(id === store.person));
      if (id === store.person) store.seen.set(id, last.get(id));
      showUnread(button, last.get(id) > (store.seen.get(id) || 0));
    }
  }

  function showUnread(button, isUnread) {
    const dot = button.querySelector(".unread");
    if (isUnread && !dot) button.append(make("span", "unread", "有新消息"));
    if (!isUnread && dot) dot.remove();
  }

  function choice(words, run, id) {
    const button = make("button", "", words);
    button.type = "button";
    if (id) button.dataset.id = id;
    button.addEventListener("click", run);
    return button;
  }

  function fill(id, nodes) { $(id).replaceChildren(...nodes); }

  function showMenu(menu) {
    const text = JSON.stringify(menu);
    $("to-menu").hidden = !menu;
    if (text === store.menu) return;
    store.menu = text;
    fill("menu", (menu ? menu.button : []).map((entry, at) => {
      const holder = make("div", "");
      if (!entry.sub_button) {
        holder.append(choice(entry.name, () => act({ type: "tap", path: [at] })));
        return holder;
      }
      const drawer = make("div", "drawer", ...entry.sub_button.map((sub, below) =>
        choice(sub.name, () => { closeDrawers(); act({ type: "tap", path: [at, below] }); })));
      drawer.hidden = true;
      const opener = choice(`${entry.name} ▴`, () => {
        const open = drawer.hidden;
        closeDrawers();
        drawer.hidden = !open;
        opener.setAttribute("aria-expanded", String(open));
      });
      opener.setAttribute("aria-expanded", "false");
      holder.append(opener, drawer);
      return holder;
    }));
    if (menu) $("menu").hidden = false;
  }

  function closeDrawers() {
    for (const drawer of document.querySelectorAll(".drawer")) drawer.hidden = true;
    for (const opener of document.querySelectorAll(".menu [aria-expanded]")) opener.setAttribute("aria-expanded", "false");
  }

  function showWeather(rules) {
    const on = new Set(rules.map((rule) => rule.kind));
    for (const button of document.querySelectorAll("[data-weather]")) {
      button.setAttribute("aria-pressed", String(on.has(button.dataset.weather)));
    }
  }

  function showTraffic(passages, violations) {
    for (const one of passages) {
      store.passage = Math.max(store.passage, one.number);
      const verdict = make("span", /有误|没等到|errcode (?!0$)/.test(one.verdict) ? "bad" : "", `${one.verdict} · ${one.milliseconds} 毫秒`);
      const way = make("span", one.way === "push" ? "in" : "out", one.way === "push" ? "微信→产品" : "产品→微信");
      const details = make("details", "", make("summary", "", way, make("span", "", one.title), verdict));
      details.append(make("pre", "", one.request), make("pre", "", one.answer));
      $("traffic").prepend(make("li", "", details));
    }
    while ($("traffic").childElementCount > 200) $("traffic").lastChild.remove();
    $("violations").textContent = violations.total ? `违反平台规则 ${violations.total} 次` : "没有违反平台规则";
  }

  function showSubscriptions(list) {
    fill("subscriptions", list.map((one) => {
      const stock = one.kind === "long" ? (one.stock ? "已同意，长期有效" : "长期通知") : `一次性通知，还能收 ${one.stock} 条`;
      const wish = (accept) => () => act({ type: "consent", template: one.id, accept });
      return make("li", "", make("strong", "", one.title), make("div", "", stock),
        make("div", "row", choice("同意", wish(true)), choice("不要", wish(false))));
    }));
  }

  let busy = Promise.resolve();
  function refresh() {
    busy = busy.then(async () => {
      const asked = store.person;
      const state = await ask(`state?person=${asked}&after=${store.entry}&traffic=${store.passage}`);
      if (asked !== store.person) return;
      showPerson(state);
      showMenu(state.menu);
      show(state.entries);
      showWeather(state.weather);
      showTraffic(state.traffic, state.violations);
      if (!$("subscribe").open || store.sending === 0) showSubscriptions(state.subscriptions);
      fill("scenes", state.scenes.map((scene) => { const option = make("option", ""); option.value = scene; return option; }));
    }).catch(() => { $("clock").textContent = "断线"; });
    return busy;
  }

  function switchTo(person) {
    store.person = person;
    store.entry = 0;
    store.lastAt = null;
    fill("chat", []);
    fill("people", []);
    refresh();
  }

  // ---- hands on the controls
  function send() {
    const text = $("text").value;
    if (!text.trim()) return;
    $("text").value = "";
    grow();
    act({ type: "text", text });
  }
  function grow() {
    const box = $("text");
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, 120)}px`;
  }

  $("writer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  $("text").addEventListener("input", grow);
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
  });
  $("to-menu").addEventListener("click", () => { $("menu").hidden = !$("menu").hidden; });
  $("more").addEventListener("click", () => {
    $("tray").hidden = !$("tray").hidden;
    $("more").setAttribute("aria-expanded", String(!$("tray").hidden));
  });
  $("follow").addEventListener("click", () => act({ type: "follow" }));
  $("welcome-follow").addEventListener("click", () => act({ type: "follow" }));
  $("unfollow").addEventListener("click", () => act({ type: "unfollow" }));
  $("photo").addEventListener("click", () => act({ type: "image" }));
  $("redeliver").addEventListener("click", () => order(`person/${store.person}/redeliver`, {}, "又送了一遍"));
  $("reset").addEventListener("click", async () => {
    if (!window.confirm("所有人的对话和关注都清空（公众号的数据库不动），从头来过？")) return;
    await order("reset", {});
    switchTo(store.person);
  });
  $("fair").addEventListener("click", () => order("weather/clear", {}, "放晴了"));
  $("order").addEventListener("click", () => {
    const code = Number.parseInt($("code").value, 10);
    if (Number.isNaN(code)) { toast("错误码是一个数字"); return; }
    order("weather", { kind: "error", path: "cgi-bin/message", code, times: 1 }, `下一次发消息会得到 ${code}`);
  });
  for (const button of document.querySelectorAll("[data-days]")) {
    button.addEventListener("click", () => order("clock", { days: Number(button.dataset.days) }));
  }
  for (const button of document.querySelectorAll("[data-weather]")) {
    button.addEventListener("click", () => {
      const kind = button.dataset.weather;
      const on = button.getAttribute("aria-pressed") === "true";
      order(on ? "weather/clear" : "weather", { kind });
    });
  }
  for (const button of document.querySelectorAll("[data-dialog]")) {
    button.addEventListener("click", () => $(button.dataset.dialog).showModal());
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeDrawers(); });

  function place() {
    const [lat = "", lon = ""] = $("place").value.split(",");
    $("lat").value = lat;
    $("lon").value = lon;
  }
  $("place").addEventListener("change", place);
  place();

  const SENT = {
    voice: () => ({ type: "voice", recognition: $("unheard").checked ? "" : $("heard").value }),
    location: () => ({
      type: "location", lat: Number.parseFloat($("lat").value), lon: Number.parseFloat($("lon").value),
      label: $("place").value.split(",")[2] || "",
    }),
    scan: () => ({ type: "scan", scene: $("scene").value }),
  };
  for (const [id, wish] of Object.entries(SENT)) {
    $(id).addEventListener("close", () => { if ($(id).returnValue === "ok") act(wish()); $(id).returnValue = ""; });
  }

  refresh();
  setInterval(() => { if (!document.hidden) refresh(); }, POLL);
})();
