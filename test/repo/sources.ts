import { globSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

export const root = join(import.meta.dirname, '..', '..');

/** An import of a file: what it names, resolved where it is a file of ours, and whether it is erased by the compiler. */
export type Import = { readonly from: string; readonly to: string; readonly isType: boolean };

/** Paths that match, from the root, with forward slashes whatever the machine. */
export function list(pattern: string): string[] {
  return globSync(pattern, { cwd: root })
    .map((path) => path.split(sep).join('/'))
    .sort();
}

/** The sources that match, each with its syntax. */
export function parse(pattern: string): ReadonlyMap<string, ts.SourceFile> {
  return new Map(list(pattern).map((path) => [path, parseFile(path)]));
}

function parseFile(path: string): ts.SourceFile {
  const text = ts.sys.readFile(join(root, path)) ?? '';
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** Every import of a file: static, dynamic, re-exported, and types written as `import('…')`. */
export function importsOf(file: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const note = (specifier: ts.Node | undefined, isType: boolean): void => {
    if (specifier && ts.isStringLiteralLike(specifier))
      found.push({ from: file.fileName, to: resolve(file, specifier.text), isType });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) note(node.moduleSpecifier, isErased(node.importClause));
    if (ts.isExportDeclaration(node)) note(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      note(node.arguments[0], false);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) note(node.argument.literal, true);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isErased(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings: named } = clause;
  return (
    !name && named !== undefined && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly)
  );
}

function resolve(file: ts.SourceFile, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(root, join(root, dirname(file.fileName), specifier))
    .split(sep)
    .join('/');
}

/** `fs` of `node:fs/promises`, `@scope/name` of `@scope/name/sub`: what an import brings in. */
export function packageOf(specifier: string): string {
  return specifier.startsWith('node:') ? specifier : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
