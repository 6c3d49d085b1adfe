/**
 * The script of the page: fills each `section[data-rows]` from its JSON, a hundred rows at a time, and makes all rows
 * sortable and searchable. Text is always set as text, never as HTML.
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

  // A cell is text, a number, a link {url, text}, or a change [before, after].
  const isChange = Array.isArray;
  const isLink = (cell) => typeof cell === 'object' && cell !== null && !isChange(cell);
  const linkText = ({ url, text = url }) => text;
  const keyOf = (cell) => (isChange(cell) ? difference(...cell) : isLink(cell) ? linkText(cell) : cell);
  const wordsOf = (cell) => String(isLink(cell) ? linkText(cell) + ' ' + cell.url : cell ?? '').toLowerCase();

  function compare(a, b) {
    if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
  }

  function element(name, text, className = '') {
    const made = document.createElement(name);
    made.textContent = text;
    made.className = className;
    return made;
  }

  function toLink(cell, instance) {
    const text = clean(linkText(cell));
    const url = cell.url.startsWith('/') ? instance + cell.url : cell.url;
    if (!/^https?:/i.test(url)) return [text];
    const a = element('a', text);
    a.href = url;
    a.rel = 'noopener noreferrer';
    return [a];
  }

  function toChange([before, after]) {
    const by = before === after ? null : difference(before, after);
    return by === null ? [shown(after)]
      : [element('b', signed(by)), ' ', element('small', shown(before) + ' \u2192 ' + shown(after))];
  }

  function toTag(cell, at, isNumber, instance) {
    const tag = element(at === 0 ? 'th' : 'td', '', isNumber ? 'number' : !isLink(cell) ? 'text' : cell.url.startsWith('/') ? 'id' : 'link');
    if (at === 0) tag.scope = 'row';
    tag.append(...(isLink(cell) ? toLink(cell, instance) : isChange(cell) ? toChange(cell) : [shown(cell)]));
    return tag;
  }

  function fill(section) {
    const name = section.dataset.rows;
    const all = JSON.parse(document.getElementById(name + '-data').textContent);
    const find = (selector) => section.querySelector(selector);
    const [search, status, body] = [find('input'), find('[role=status]'), find('tbody')];
    const [back, on] = section.querySelectorAll('.tools button');
    const headers = [...section.querySelectorAll('thead th')];
    const areNumbers = headers.map((header) => header.classList.contains('number'));
    let [rows, page] = [all, 0];

    function draw() {
      const from = page * PAGE;
      const part = rows.slice(from, from + PAGE);
      body.replaceChildren(...part.map((row) => {
        const line = document.createElement('tr');
        line.append(...row.map((cell, at) => toTag(cell, at, areNumbers[at], section.dataset.instance)));
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
      const holds = (row, word) => row.some((cell) => wordsOf(cell).includes(word));
      rows = words.length === 0 ? all.slice() : all.filter((row) => words.every((word) => holds(row, word)));
      const at = headers.findIndex((header) => header.hasAttribute('aria-sort'));
      if (at !== -1) {
        const way = headers[at].getAttribute('aria-sort') === 'ascending' ? 1 : -1;
        rows.sort((a, b) => way * compare(keyOf(a[at]), keyOf(b[at])));
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
