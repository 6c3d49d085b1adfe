import { shownJson } from '../model/plain-text.ts';
import { toChange, toFailure } from './result.ts';
import type { RunFile } from './run-file.ts';

/** The JSON result with all changes and failures, one per line, in chunks as they are read. */
export async function* fullJson({ view, changes, refused }: RunFile): AsyncGenerator<string, void, undefined> {
  let comma = '{';
  for (const [key, value] of Object.entries(view.result)) {
    yield `${comma}\n  ${JSON.stringify(key)}: `;
    comma = ',';
    if (key === 'changes') yield* list(changes(), toChange);
    else if (key === 'failures') yield* list(refused(), toFailure);
    else yield shownJson(JSON.stringify(value, null, 2)).replaceAll('\n', '\n  ');
  }
  yield '\n}\n';
}

async function* list<T>(items: AsyncIterable<T>, map: (item: T) => unknown): AsyncGenerator<string, void, undefined> {
  let before = '[';
  for await (const item of items) {
    yield `${before}\n    ${shownJson(JSON.stringify(map(item)))}`;
    before = ',';
  }
  yield before === '[' ? '[]' : '\n  ]';
}
