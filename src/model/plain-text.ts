/**
 * What steers a terminal: sequences of ANSI (CSI) and of the operating system (OSC, and others with a text), in 7 or 8
 * bits; ECMA-48, sections 5.4 and 5.6. One that does not end is not one.
 */
const SEQUENCES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]P^_X]|[\u009d\u0090\u009e\u009f\u0098])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)/g;
/** Control characters, those that turn the direction of text or are not seen, and separators of lines. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** What a log of GitHub, Azure or TeamCity takes for a command. */
const LOG_COMMANDS = /^(\s*)::|##(?=\[|vso\[|teamcity\[)/g;

/** `text` on one line, without anything that would steer a terminal. */
export function printable(text: string): string {
  return text.replace(SEQUENCES, ' ').replace(CONTROLS, ' ');
}

/** A line as it may stand in the log of a pipeline, where it is no command. */
export function inLog(line: string): string {
  return line.replace(LOG_COMMANDS, (_mark, space: string | undefined) =>
    space === undefined ? '# #' : `${space}: :`,
  );
}

/** What JSON may hold as it is, but no terminal should be shown: controls of 8 bits, and what turns or hides text. */
const UNSHOWN = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON with the same values, in characters that steer no terminal. */
export const shownJson = (json: string): string =>
  json.replace(UNSHOWN, (text) =>
    Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
