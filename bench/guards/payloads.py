"""The guards against payloads: markup, formulas, documents, file names, large and slow bodies."""

from bench.guards.guard import Guard

PAYLOADS = "tests/functional/attacks/test_payloads.py"

GUARDS = {
    "html": Guard(
        "templates/web/staff/talk.html",
        "{{ one.words }}",
        "{{ one.words | safe }}",
        (f"{PAYLOADS}::test_words_that_are_markup_stay_words_on_every_page",),
    ),
    "formula": Guard(
        "services/intake/templates.py",
        "page.write_string(index, number, cell, text)",
        '(page.write_formula if cell[0] == "=" else page.write_string)(index, number, cell, text)',
        (f"{PAYLOADS}::test_a_formula_in_a_name_is_text_in_the_sheet",),
    ),
    "xml-entities": Guard(
        "channels/wechat_xml.py",
        "if not _ROOT.match(text):",
        "if False:",
        (f"{PAYLOADS}::test_a_document_that_defines_entities_is_refused_unread",),
    ),
    "file-name": Guard(
        "services/intake/source.py",
        'PurePath(seen.replace("\\\\", "/")).name[-NAME_CHARS:]',
        "seen",
        (f"{PAYLOADS}::test_a_file_is_never_kept_under_the_name_it_came_with",),
    ),
    "oversize": Guard(
        "app/web.py",
        "MAX_CONTENT_LENGTH=MAX_FORM_BYTES, ",
        "",
        (f"{PAYLOADS}::test_what_is_too_large_is_refused_before_it_is_read",),
    ),
    "slow-body": Guard(
        "app/commands/serve.py",
        "waitress.serve(app, host=config.host, port=config.port, **SERVER)",
        "__import__('wsgiref.simple_server').simple_server.make_server(config.host, config.port, app).serve_forever()",
        (f"{PAYLOADS}::test_bodies_that_trickle_in_keep_nobody_waiting",),
    ),
}
