import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Messages } from '@salesforce/core';
import ts from 'typescript';
import { list, root } from './sources.ts';

/** A place in `src/` that asks for a message: its bundle, the keys it may ask for, and what fills their `%s`. */
export type Use = {
  readonly place: string;
  readonly bundle: string;
  /** `null` where only the running program knows. */
  readonly keys: readonly string[] | null;
  /** How many tokens are handed over; `null` where it cannot be read off. */
  readonly tokens: number | null;
};

/** Every message bundle: its keys, and each message as the loader gives it, a list where it is one. */
export function readBundles(): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  Messages.importMessagesDirectory(root);
  return new Map(
    list('messages/*.md').map((path) => {
      const name = basename(path, '.md');
      const keys = [...readFileSync(join(root, path), 'utf8').matchAll(/^# (\S+)$/gm)].map(([, key]) => key!);
      const bundle = Messages.loadMessages('sf-plugin-byline', name);
      return [name, new Map(keys.map((key) => [key, bundle.getMessages(key)]))];
    }),
  );
}

/** The number of tokens a message takes. */
export function countTokens(message: readonly string[]): number {
  return message.join('\n').match(/%[sd]/g)?.length ?? 0;
}

/**
 * Finds every use of a message in `src/`: `messages.getMessage('key')` where `messages` was loaded in that file, and
 * `bylineError('key', tokens, { actionTokens })`, which asks for `error.key` and `error.key.actions`. A key may be any
 * expression whose type is a string literal or a union of them.
 */
export function findUses(): Use[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    root,
  );
  const paths = list('src/**/*.ts');
  const program = ts.createProgram(
    paths.map((path) => join(root, path)),
    { ...options, types: [] },
    withoutPackages(options),
  );
  const checker = program.getTypeChecker();
  return paths
    .filter((path) => path !== 'src/errors.ts')
    .flatMap((path) => usesIn(program.getSourceFile(join(root, path))!, path, checker));
}

/** A compiler that reads no packages, as keys are not theirs: most of its time goes into those. */
function withoutPackages(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  const resolve = (name: string, from: string): ts.ResolvedModuleWithFailedLookupLocations =>
    name.startsWith('.') ? ts.resolveModuleName(name, from, options, host) : { resolvedModule: undefined };
  return { ...host, resolveModuleNameLiterals: (names, from) => names.map(({ text }) => resolve(text, from)) };
}

function usesIn(file: ts.SourceFile, path: string, checker: ts.TypeChecker): Use[] {
  const uses: Use[] = [];
  const bundles = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node)) {
      const bundle = bundleLoaded(node.initializer);
      if (bundle !== undefined) bundles.set(node.name.getText(), bundle);
    }
    if (ts.isCallExpression(node)) uses.push(...usesOf(node, bundles, path, checker));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return uses;
}

function bundleLoaded(node: ts.Expression | undefined): string | undefined {
  if (!node || !ts.isCallExpression(node) || node.expression.getText() !== 'Messages.loadMessages') return undefined;
  const [, name] = node.arguments;
  return name && ts.isStringLiteral(name) ? name.text : undefined;
}

function usesOf(
  call: ts.CallExpression,
  bundles: ReadonlyMap<string, string>,
  path: string,
  checker: ts.TypeChecker,
): Use[] {
  const { line } = call.getSourceFile().getLineAndCharacterOfPosition(call.getStart());
  const place = `${path}:${line + 1}`;
  const [key, tokens, details] = call.arguments;
  if (!key) return [];
  if (call.expression.getText() === 'bylineError') {
    const keys = literalsOf(checker.getTypeAtLocation(key));
    const of = (suffix: string): string[] | null => keys && keys.map((name) => `error.${name}${suffix}`);
    return [
      { place, bundle: 'errors', keys: of(''), tokens: lengthOf(tokens) },
      { place, bundle: 'errors', keys: of('.actions'), tokens: lengthOf(propertyOf(details, 'actionTokens')) },
    ];
  }
  const { expression } = call;
  if (!ts.isPropertyAccessExpression(expression) || !/^(getMessages?|createError)$/.test(expression.name.text))
    return [];
  const bundle = bundles.get(expression.expression.getText());
  if (bundle === undefined) return [];
  return [{ place, bundle, keys: literalsOf(checker.getTypeAtLocation(key)), tokens: lengthOf(tokens) }];
}

function literalsOf(type: ts.Type): string[] | null {
  if (type.isUnion()) {
    const parts = type.types.map(literalsOf);
    return parts.every((part) => part !== null) ? parts.flat() : null;
  }
  return type.isStringLiteral() ? [type.value] : null;
}

function lengthOf(node: ts.Expression | undefined): number | null {
  if (!node) return 0;
  if (!ts.isArrayLiteralExpression(node) || node.elements.some(ts.isSpreadElement)) return null;
  return node.elements.length;
}

function propertyOf(node: ts.Expression | undefined, name: string): ts.Expression | undefined {
  if (!node || !ts.isObjectLiteralExpression(node)) return node;
  const property = node.properties.find((one) => one.name?.getText() === name);
  return property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
}
