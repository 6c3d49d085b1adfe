import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Messages } from '@salesforce/core';
import ts from 'typescript';
import { EXIT_CODES } from '../src/model/exit-codes.ts';
import { parse, root } from '../test/repo/sources.ts';

/** As much of a JSON Schema as the settings have. */
export type Schema = {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
};

const GENERATED = '<!-- Written by "npm run build"; manual changes are lost. -->';

/** Where the schema of the settings is for editors of everybody. */
export const SCHEMA_URL = 'https://raw.githubusercontent.com/byline-tools/sf-plugin-byline/main/schemas/settings.json';

/** `docs/settings.md`: every key of the settings file, of its schema. */
export function settingsPage(schema: Schema): string {
  const { services, ...top } = schema.properties ?? {};
  const kinds = Object.entries(services?.properties ?? {});
  const shared = Object.keys(kinds[0]?.[1].properties ?? {}).filter((key) =>
    kinds.every(([, { properties }]) => properties && key in properties),
  );
  const common = shared.filter((key) => kinds.every(([, kind]) => sameText(kind, kinds[0]?.[1], key)));
  const ownOf = (kind: Schema): Readonly<Record<string, Schema>> =>
    Object.fromEntries(
      Object.entries(kind.properties ?? {}).filter(([key]) => key !== 'type' && !common.includes(key)),
    );
  return page('Settings', [
    `Every key of the settings file, from [its schema](../schemas/settings.json). A key that is not here is an error. The
settings are in the file named by \`--config-file\`, otherwise under \`plugins.byline\` of the nearest \`sfdx-project.json\`,
otherwise in the nearest \`byline.json\` in the folder or above it;
flags beat them. What to write for which service, and what to beware of, is in [services](services.md).

Editors complete and check the file when it begins with the address of the schema:`,
    `\`\`\`json\n{\n  "$schema": "${SCHEMA_URL}"\n}\n\`\`\``,
    '## The file',
    keyTable({ ...top, services: { type: 'object', description: services?.description ?? '' } }),
    '## Every service',
    'These keys stand under `services.<name>`, beside those of the service itself. Names of variables begin with `BYLINE_`.',
    keyTable({ type: { ...kinds[0]?.[1].properties?.['type'], const: undefined }, ...pick(kinds[0]?.[1], common) }),
    ...kinds.flatMap(([name, kind]) => [`## ${name}`, keyTable(ownOf(kind))]),
  ]);
}

/** `docs/errors.md`: every error a user can see, of its messages. */
export function errorsPage(): string {
  Messages.importMessagesDirectory(root);
  const messages = Messages.loadMessages('sf-plugin-byline', 'errors');
  const source = readFileSync(join(root, 'messages/errors.md'), 'utf8');
  const keys = [...source.matchAll(/^# error\.(\w+)$/gm)].map(([, key]) => key!);
  const codes = exitCodes();
  const sections = keys
    .map((key) => ({ key, name: `${key.charAt(0).toUpperCase()}${key.slice(1)}Error` }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ key, name }) => {
      const text = messages.getMessages(`error.${key}`).join('\n');
      const actions = messages
        .getMessages(`error.${key}.actions`)
        .map((action) => `- ${action.replaceAll('{org}', ' --target-org my-org')}`);
      return `## ${name}\n\nExit code ${codes.get(key) ?? EXIT_CODES.failed}.\n\n> ${blanks(text)}\n\n${blanks(actions.join('\n'))}`;
    });
  return page('Errors', [
    `Every error of the plugin by its name, which a terminal shows as \`Error (…Error)\` and \`--json\` as \`name\`: its exit code,
what it says, and what to do. An ellipsis is a value that the error names. Errors of the CLI itself, such as those of a
login, are not here. What to do when a run did not end well is in the [run book](run-book.md).`,
    ...sections,
  ]);
}

/**
 * The exit codes that errors are given where they are made, `bylineError('key', […], { exitCode: 2 })`; all others have that
 * of a failed run. Throws an error for a code that is not a number in the source, unless it is that of a signal.
 */
function exitCodes(): ReadonlyMap<string, string> {
  const bySignal = `${EXIT_CODES.interrupted} after Ctrl-C, ${EXIT_CODES.terminated} after SIGTERM, ${EXIT_CODES.hungUp} after SIGHUP`;
  const codes = new Map([
    ['interrupted', bySignal],
    ['interruptedEarly', bySignal],
  ]);
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isCallExpression(node) || node.expression.getText() !== 'bylineError') return;
    const [key, , details] = node.arguments;
    if (!key || !ts.isStringLiteral(key) || !details || !ts.isObjectLiteralExpression(details)) return;
    const given = details.properties.find((property) => property.name?.getText() === 'exitCode');
    if (!given || codes.has(key.text)) return;
    const numbers = ts.isPropertyAssignment(given) ? numbersIn(given.initializer) : [];
    if (numbers.length === 0) throw new Error(`the exit code of ${key.text} is not a number in the source`);
    codes.set(key.text, numbers.join(' or '));
  };
  for (const file of parse('src/**/*.ts').values()) visit(file);
  return codes;
}

/** A number, or the two of a condition; empty for any other expression. */
function numbersIn(node: ts.Expression): string[] {
  if (ts.isNumericLiteral(node)) return [node.text];
  return ts.isConditionalExpression(node) ? [...numbersIn(node.whenTrue), ...numbersIn(node.whenFalse)] : [];
}

function page(title: string, parts: readonly string[]): string {
  return `${[GENERATED, `# ${title}`, ...parts].join('\n\n')}\n`;
}

const pick = (schema: Schema | undefined, keys: readonly string[]): Record<string, Schema> =>
  Object.fromEntries(keys.map((key) => [key, schema?.properties?.[key] ?? {}]));

/** Whether two services say the same of a key. */
const sameText = (one: Schema, other: Schema | undefined, key: string): boolean =>
  JSON.stringify(one.properties?.[key]) === JSON.stringify(other?.properties?.[key]);

function keyTable(keys: Readonly<Record<string, Schema>>): string {
  const rows = Object.entries(keys).flatMap(([key, schema]) => rowsOf(key, schema));
  return ['| key | value | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** A row for the key, and one for each key of an object it holds. */
function rowsOf(key: string, schema: Schema): string[] {
  const description = schema.description ?? '';
  if (description === '') throw new Error(`the setting ${key} has no description`);
  const [, text = description, told] = /^(.*?)(?: Default: (.+)\.)?$/s.exec(description) ?? [];
  const fallback = schema.default === undefined ? (told ?? '') : `\`${JSON.stringify(schema.default)}\``;
  const cells = [`\`${key}\``, typeOf(schema), fallback, text].map((cell) => cell.replaceAll('|', '\\|'));
  const inner = schema.anyOf ? [] : Object.entries(schema.properties ?? {});
  return [`| ${cells.join(' | ')} |`, ...inner.flatMap(([name, one]) => rowsOf(`${key}.${name}`, one))];
}

function typeOf(schema: Schema): string {
  const { type, anyOf, items, properties, additionalProperties } = schema;
  if (schema.enum) return schema.enum.map((one) => `\`${JSON.stringify(one)}\``).join(', ');
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (type === 'array') return `list of ${typeOf(items ?? {})}`;
  if (type === 'object' && properties && Object.keys(properties).length > 0) {
    return `\`{ ${Object.keys(properties).join(', ')} }\``;
  }
  if (type === 'object' && typeof additionalProperties === 'object') return `object of ${typeOf(additionalProperties)}`;
  if (type === 'integer' || type === 'number') return numberOf(schema);
  if (schema.format === 'uri') return 'address';
  if (schema.pattern?.startsWith('^BYLINE_')) return 'name of a variable';
  if (Array.isArray(type)) return 'text, number, `true`, `false` or `null`';
  return PLAIN[String(type)] ?? 'any JSON';
}

const PLAIN: Readonly<Record<string, string>> = { boolean: '`true` or `false`', string: 'text', object: 'object' };

function numberOf({ type, minimum, exclusiveMinimum, maximum = Number.MAX_SAFE_INTEGER }: Schema): string {
  const kind = type === 'integer' ? 'whole number' : 'number';
  const least = minimum ?? (type === 'integer' && exclusiveMinimum !== undefined ? exclusiveMinimum + 1 : undefined);
  if (maximum < Number.MAX_SAFE_INTEGER) return `${kind} from ${least} to ${maximum}`;
  return least === undefined ? `${kind} above ${exclusiveMinimum}` : `${kind}, at least ${least}`;
}

const blanks = (text: string): string => text.replaceAll('%s', '…');
