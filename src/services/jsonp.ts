/**
 * An optional comment against content sniffing, an optional guard, an optional function name, then the argument in
 * parentheses.
 */
const CALL =
  /^(?:\/\*[^/]{0,200}\*\/\s*)?(?:typeof\s+[\w$.]+\s*===?\s*(['"])function\1\s*&&\s*)?(?:[A-Za-z_$][\w$.[\]]*)?\s*\(([^]*)\)\s*;?$/;

/**
 * The value of a JSON text, or of the argument of a JSONP call, read without running anything:
 * `receiveCount({"count":9})`, `/**\/cb({...});`, `({...})`. `undefined` if the text is neither. Services switch
 * between the two without notice, so both are always accepted.
 */
export function readJsonp(text: string): unknown {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const value = parse(trimmed);
  return value === undefined ? parse(CALL.exec(trimmed)?.[2]) : value;
}

/**
 * The arguments of a call that isn't JSON because of single quotes, such as `ODKL.updateCount('X','5');` or
 * `VK.Share.count(0, 7);`: digits as numbers, quoted texts as strings. `undefined` if the text isn't such a call.
 */
export function readCallArguments(text: string): readonly (string | number)[] | undefined {
  const list = CALL.exec(text.replace(/^\uFEFF/, '').trim())?.[2];
  if (list === undefined) return undefined;
  const values = list.split(',').map((part) => /^\s*(?:(-?\d{1,15})|'([^'\\]*)'|"([^"\\]*)")\s*$/.exec(part));
  if (values.some((match) => match === null)) return undefined;
  return values.map((match) => (match?.[1] === undefined ? (match?.[2] ?? match?.[3] ?? '') : Number(match[1])));
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
