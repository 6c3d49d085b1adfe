/**
 * The script of the page: it fills each `section[data-rows]` from the JSON beside it, a hundred rows at a time, and lets
 * them be sorted and searched over all. All text is set as text, never as HTML.
 */
export const SCRIPT = `
'use strict';
(() => {
  const PAGE = 100;
  const numbers = new Intl.NumberFormat('en-US');
  const clean = (value) => String(value).replace(/[\\p{Cc}\\p{Cf}]+/gu, ' ');
  const shown = (value) => (value === null ? '\\u2013' : typeof value === 'number' ? numbers.format(value) : clean(value));
  const signed = (value) => value === null ? '' : value === 0 ? '\\u00b10' : (value > 0 ? '+' : '-') + numbers.format(Math.abs(value));
  const difference = (before, after) =>
    typeof before === 'string' || typeof after === 'string' ? null : (after ?? 0) - (before ?? 0);

  const readers = {
    changes: ({ rows, fields }) => rows.flatMap(([id, url, changes]) =>
      changes.map(([field, before, after]) => [url, id, fields[field], before, after, difference(before, after)])),
    refused: ({ rows }) => rows.map(([id, url, statusCode, message]) => [url, id, statusCode, message]),
  };

  function compare(a, b) {
    if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
  }

  function link(text, href) {
    if (!/^https?:/i.test(href)) return document.createTextNode(text);
    const a = document.createElement('a');
    a.href = href;
    a.rel = 'noopener noreferrer';
    a.textContent = text;
    return a;
  }

  function toCell(value, kind, at, instance) {
    const cell = document.createElement(at === 0 ? 'th' : 'td');
    if (at === 0) cell.scope = 'row';
    cell.className = kind === 'change' ? 'number' : kind;
    if (kind === 'url') cell.append(link(clean(value), value));
    else if (kind === 'id') cell.append(link(value, instance + '/' + encodeURIComponent(value)));
    else cell.textContent = kind === 'change' ? signed(value) : shown(value);
    return cell;
  }

  function fill(section) {
    const name = section.dataset.rows;
    const all = readers[name](JSON.parse(document.getElementById(name + '-data').textContent));
    const find = (selector) => section.querySelector(selector);
    const [search, status, body] = [find('input'), find('[role=status]'), find('tbody')];
    const [back, on] = section.querySelectorAll('.tools button');
    const headers = [...section.querySelectorAll('thead th')];
    const kinds = headers.map((header) => header.dataset.kind);
    let [rows, page] = [all, 0];

    function draw() {
      const from = page * PAGE;
      const part = rows.slice(from, from + PAGE);
      body.replaceChildren(...part.map((row) => {
        const line = document.createElement('tr');
        line.append(...kinds.map((kind, at) => toCell(row[at], kind, at, section.dataset.instance)));
        return line;
      }));
      back.disabled = page === 0;
      on.disabled = from + PAGE >= rows.length;
      const found = rows.length === all.length ? '' : ' found, of ' + numbers.format(all.length);
      status.textContent = rows.length === 0 ? 'None' + found
        : 'Rows ' + numbers.format(from + 1) + ' to ' + numbers.format(from + part.length) + ' of ' + numbers.format(rows.length) + found;
    }

    function select() {
      const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
      const holds = (row, word) => row.some((value) => value !== null && String(value).toLowerCase().includes(word));
      rows = words.length === 0 ? all.slice() : all.filter((row) => words.every((word) => holds(row, word)));
      const at = headers.findIndex((header) => header.hasAttribute('aria-sort'));
      if (at !== -1) {
        const way = headers[at].getAttribute('aria-sort') === 'ascending' ? 1 : -1;
        rows.sort((a, b) => way * compare(a[at], b[at]));
      }
      page = 0;
      draw();
    }

    function sortBy(header) {
      const before = header.getAttribute('aria-sort');
      const first = header.classList.contains('number') ? 'descending' : 'ascending';
      for (const other of headers) other.removeAttribute('aria-sort');
      header.setAttribute('aria-sort', before === null ? first : before === 'ascending' ? 'descending' : 'ascending');
      select();
    }

    let timer;
    search.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(select, 150); });
    back.addEventListener('click', () => { page -= 1; draw(); });
    on.addEventListener('click', () => { page += 1; draw(); });
    for (const header of headers) header.querySelector('button').addEventListener('click', () => sortBy(header));
    section.hidden = false;
    draw();
  }

  for (const section of document.querySelectorAll('section[data-rows]')) fill(section);
})();
`;
