/** One command of a script: its words as bash would hand them over, without redirections. */
export type ShellCommand = readonly string[];

/** What stands between commands, and words of bash that begin one. */
const SEPARATOR = /^(\|\||&&|;|\||&|\n)$/;
const OPENING = /^(if|then|else|elif|do|while|until|!|\{|\()$/;
const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/**
 * The simple commands of a script, for checks that need not run it: quotes are taken off, continued lines joined, comments,
 * assignments and redirections left out. `$NAME`, `${NAME}` and `${NAME:+…}` become what `values` holds, or `value`.
 */
export function commandsOf(script: string, values: Readonly<Record<string, string>> = {}): ShellCommand[] {
  const commands: string[][] = [[]];
  for (const token of tokensOf(script, values)) {
    if (SEPARATOR.test(token.text) && !token.quoted) commands.push([]);
    else if (
      commands.at(-1)!.length > 0 ||
      token.quoted ||
      !(OPENING.test(token.text) || ASSIGNMENT.test(token.text))
    ) {
      commands.at(-1)!.push(token.text);
    }
  }
  return commands.map(withoutRedirections).filter((words) => words.length > 0);
}

function withoutRedirections(words: readonly string[]): string[] {
  const at = words.findIndex((word) => /^\d?(>>?|<)/.test(word));
  return at === -1 ? [...words] : words.slice(0, at);
}

type Token = { text: string; quoted: boolean };

function tokensOf(script: string, values: Readonly<Record<string, string>>): Token[] {
  const tokens: Token[] = [];
  let current: Token | undefined;
  const add = (text: string, quoted = false): void => {
    current ??= { text: '', quoted: false };
    current.text += text;
    current.quoted ||= quoted;
  };
  const end = (): void => {
    if (current) tokens.push(current);
    current = undefined;
  };
  const pieces = script.matchAll(
    /\\\n|#[^\n]*|'[^']*'|"(?:\\.|[^"\\])*"|\$\{[^}]*\}|\$\w+|\d*>&\d|\|\||&&|[;|&\n]|[ \t]+|\\.|[^\s'"\\$;|&#]+|./gs,
  );
  for (const [piece] of pieces) {
    if (piece === '\\\n' || /^[ \t]+$/.test(piece) || (piece.startsWith('#') && !current)) end();
    else if (/^(\|\||&&|[;|&\n])$/.test(piece)) {
      end();
      tokens.push({ text: piece, quoted: false });
    } else if (piece.startsWith("'")) add(piece.slice(1, -1), true);
    else if (piece.startsWith('"')) add(fill(piece.slice(1, -1), values), true);
    else if (piece.startsWith('$')) add(fill(piece, values));
    else add(piece.startsWith('\\') ? piece.slice(1) : piece);
  }
  end();
  return tokens;
}

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{(\w+)[^}]*\}|\$(\w+)/g, (_, braced?: string, bare?: string) => values[braced ?? bare!] ?? 'value');
