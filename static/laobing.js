// The one script of the console. Every page works without it.
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const box = document.querySelector("[data-search]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
// A button that changes something is pressed once, however often it is clicked.
document.addEventListener("submit", (event) => {
  if (event.target.method === "post") {
    setTimeout(() => event.target.querySelectorAll("button").forEach((one) => { one.disabled = true; }));
  }
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form button[disabled]").forEach((one) => { one.disabled = false; });
});
// Long work: a part with data-refresh="seconds" is fetched anew until the server stops saying so.
const refresh = (part) => setTimeout(async () => {
  const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  const page = answer && answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const fresh = page && page.getElementById(part.id);
  if (fresh) part.replaceWith(fresh);
  const next = document.getElementById(part.id);
  if (next && next.dataset.refresh) refresh(next);
}, Number(part.dataset.refresh) * 1000);
document.querySelectorAll("[data-refresh]").forEach(refresh);
