/** CSV of RFC 4180 as rows of cells; line ends LF or CRLF, blank lines ignored. */
export function parseCsv(text: string, delimiter = ','): string[][] {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < source.length) {
    let cell: string;
    if (source[at] === '"') {
      const end = closingQuote(source, at + 1);
      cell = source.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      let end = at;
      while (end < source.length && source[end] !== delimiter && source[end] !== '\n' && source[end] !== '\r') end += 1;
      cell = source.slice(at, end);
      at = end;
    }
    row.push(cell);
    if (source[at] === delimiter) {
      at += 1;
      if (at < source.length) continue;
      row.push('');
    }
    if (source[at] === '\r') at += 1;
    if (source[at] === '\n') at += 1;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

function closingQuote(source: string, from: number): number {
  let at = from;
  for (;;) {
    const quote = source.indexOf('"', at);
    if (quote < 0) return source.length;
    if (source[quote + 1] !== '"') return quote;
    at = quote + 2;
  }
}

/** One line of CSV, every cell quoted, as the Bulk API writes its results. */
export const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`;
