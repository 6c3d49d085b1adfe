import { readCount } from './number.ts';
import { pointerKeys, valueAt } from './pointer.ts';
import { ServiceError } from './service.ts';

/** How the count of a declared service is found in a reply. */
export type Expression =
  | { readonly kind: 'value'; readonly pointer: string }
  | { readonly kind: 'sum'; readonly items: string; readonly pointer: string }
  | { readonly kind: 'count'; readonly items: string }
  | { readonly kind: 'add'; readonly pointers: readonly string[] };

export type ReadOptions = {
  /** Whether an item of a list is about the article. */
  readonly where?: ((item: unknown) => boolean) | undefined;
  /** Whether digits in quotes are a number. */
  readonly strings?: boolean | undefined;
};

// The four forms in settings:
//   "/data/total"           the number there (JSON Pointer)
//   "sum:/posts/*/score"    the sum, over the list /posts, of each item's /score
//   "count:/posts"          how many items the list has
//   ["/likes", "/shares"]   the sum of these numbers

/** Parses an expression in settings; `undefined` if it is invalid. */
export function parseExpression(text: string | readonly string[]): Expression | undefined {
  if (typeof text !== 'string') return text.every(isPointer) ? { kind: 'add', pointers: text } : undefined;
  if (text.startsWith('count:')) {
    const items = text.slice('count:'.length);
    return isPointer(items) ? { kind: 'count', items } : undefined;
  }
  if (text.startsWith('sum:')) {
    const [items = '', pointer, ...more] = text.slice('sum:'.length).split('/*');
    const isSum = pointer !== undefined && more.length === 0 && isPointer(items) && isPointer(pointer);
    return isSum ? { kind: 'sum', items, pointer } : undefined;
  }
  return isPointer(text) ? { kind: 'value', pointer: text } : undefined;
}

/**
 * Returns the count an expression finds in a value. If anything is missing on the way, throws a {@link ServiceError}:
 * unknown, never 0.
 */
export function evaluate(expression: Expression, value: unknown, options: ReadOptions = {}): number {
  const number = (at: unknown, pointer: string): number =>
    readCount(valueAt(at, pointer), { strings: options.strings ?? false });
  switch (expression.kind) {
    case 'value':
      return number(value, expression.pointer);
    case 'add':
      return expression.pointers.reduce((sum, pointer) => sum + number(value, pointer), 0);
    case 'sum':
      return listAt(value, expression.items, options).reduce<number>(
        (sum, item) => sum + number(item, expression.pointer),
        0,
      );
    case 'count':
      return listAt(value, expression.items, options).length;
  }
}

function listAt(value: unknown, pointer: string, { where }: ReadOptions): readonly unknown[] {
  const list = valueAt(value, pointer);
  if (!Array.isArray(list)) throw new ServiceError('url', `no list at ${pointer || 'the top'} of the answer`);
  return where ? list.filter(where) : list;
}

const isPointer = (text: string): boolean => pointerKeys(text) !== undefined;
