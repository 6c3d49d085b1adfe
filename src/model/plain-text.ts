/**
 * Sequences that control a terminal: ANSI (CSI) and those with text (OSC and others), in 7 or 8 bits (ECMA-48, sections
 * 5.4 and 5.6). Unterminated sequences don't match.
 */
const SEQUENCES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]P^_X]|[\u009d\u0090\u009e\u009f\u0098])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)/g;
/** Control characters, invisible characters, those that change the direction of text, and line separators. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** Text that logs of GitHub, Azure, or TeamCity interpret as a command. */
const LOG_COMMANDS = /^(\s*)::|##(?=\[|vso\[|teamcity\[)/g;

/** `text` on one line, without anything that controls a terminal. */
export function printable(text: string): string {
  return text.replace(SEQUENCES, ' ').replace(CONTROLS, ' ');
}

/** A line for the log of a pipeline, where it can't be a command. */
export function inLog(line: string): string {
  return line.replace(LOG_COMMANDS, (_mark, space: string | undefined) =>
    space === undefined ? '# #' : `${space}: :`,
  );
}

/**
 * Characters valid in JSON but unsafe in a terminal: 8-bit controls, and those that change the direction of text or
 * hide it.
 */
const UNSHOWN = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON with the same values, in characters that are safe in a terminal. */
export const shownJson = (json: string): string =>
  json.replace(UNSHOWN, (text) =>
    Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
