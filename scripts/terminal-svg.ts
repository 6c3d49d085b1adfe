/** Measures of the picture, in pixels: a character is as wide as in most monospaced fonts of this size. */
const CHARACTER = { width: 8.4, height: 16, font: 14 };
const BORDER = 20;
const TITLE = 36;

/** The colours a terminal's codes stand for, on light and on dark ground. */
const COLOURS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  text: ['#1f2328', '#e6edf3'],
  dim: ['#59636e', '#9198a1'],
  ground: ['#f6f8fa', '#0d1117'],
  edge: ['#d1d9e0', '#3d444d'],
  red: ['#b3001b', '#ff7b72'],
  green: ['#116329', '#3fb950'],
  yellow: ['#7d4e00', '#d29922'],
  blue: ['#0550ae', '#79c0ff'],
  magenta: ['#8250df', '#d2a8ff'],
  cyan: ['#1b7c83', '#39c5cf'],
};

/** Which colour a code of ECMA-48, "Select Graphic Rendition", chooses. */
const CODES: Readonly<Record<number, string>> = {
  ...{ 31: 'red', 32: 'green', 33: 'yellow', 34: 'blue', 35: 'magenta', 36: 'cyan' },
  ...{ 39: 'text', 90: 'dim', 91: 'red', 92: 'green', 93: 'yellow', 94: 'blue', 95: 'magenta', 96: 'cyan' },
};

type Style = { readonly colour: string; readonly bold: boolean; readonly dim: boolean };
type Run = { readonly column: number; readonly text: string; readonly style: Style };

const PLAIN: Style = { colour: 'text', bold: false, dim: false };

/**
 * A picture of a terminal that shows `output`, with the colours it holds, as one SVG: light or dark as the reader's system is,
 * no fonts or anything else loaded. Lines are broken after so many columns, as a terminal does. `title` says what it is to
 * those who cannot see it.
 */
export function terminalSvg(output: string, columns: number, title: string): string {
  const lines = breakLines(output, columns);
  const width = Math.ceil(columns * CHARACTER.width) + 2 * BORDER;
  const height = lines.length * CHARACTER.height + TITLE + BORDER;
  const rows = lines.flatMap((runs, line) => runs.map((run) => draw(run, line)));
  const variables = (which: 0 | 1): string =>
    Object.entries(COLOURS)
      .map(([name, shades]) => `--${name}:${shades[which]}`)
      .join(';');
  const classes = Object.keys(COLOURS).map((name) => `.${name}{fill:var(--${name})}`);
  const lights = ['red', 'yellow', 'green'].map(
    (colour, index) => `<circle class="${colour}" cx="${BORDER + 6 + index * 20}" cy="18" r="5"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">${escapeXml(title)}</title>
<style>
svg{${variables(0)}}
@media (prefers-color-scheme:dark){svg{${variables(1)}}}
${classes.join('')}
text{font:${CHARACTER.font}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}
.bold{font-weight:600}
.window{fill:var(--ground);stroke:var(--edge)}
</style>
<rect class="window" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${lights.join('')}
${rows.join('\n')}
</svg>
`;
}

function draw({ column, text, style }: Run, line: number): string {
  const x = (BORDER + column * CHARACTER.width).toFixed(1);
  const y = TITLE + line * CHARACTER.height + CHARACTER.font;
  const classes = [style.dim ? 'dim' : style.colour, ...(style.bold ? ['bold'] : [])].join(' ');
  // As wide as its columns, whatever font there is.
  const length = ([...text].length * CHARACTER.width).toFixed(1);
  return `<text class="${classes}" x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${escapeXml(text)}</text>`;
}

function breakLines(output: string, columns: number): Run[][] {
  const lines: Run[][] = [[]];
  let style = PLAIN;
  let column = 0;
  const newLine = (): void => {
    lines.push([]);
    column = 0;
  };
  for (const [piece] of output.trimEnd().matchAll(/\u001b\[[\d;]*m|\n|[^\n\u001b]+/gu)) {
    if (piece === '\n') newLine();
    else if (piece.startsWith('\u001b')) style = restyle(style, piece.slice(2, -1));
    else {
      for (let rest = [...piece]; rest.length > 0;) {
        if (column === columns) newLine();
        const text = rest.splice(0, columns - column).join('');
        lines.at(-1)!.push({ column, text, style });
        column += [...text].length;
      }
    }
  }
  // Nothing is drawn for spaces.
  return lines.map((runs) => runs.filter(({ text }) => text.trim() !== ''));
}

function restyle(style: Style, codes: string): Style {
  return codes.split(';').reduce<Style>((so, text) => {
    const code = Number(text);
    if (code === 0) return PLAIN;
    if (code === 1) return { ...so, bold: true };
    if (code === 2) return { ...so, dim: true };
    if (code === 22) return { ...so, bold: false, dim: false };
    return { ...so, colour: CODES[code] ?? so.colour };
  }, style);
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
