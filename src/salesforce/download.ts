import { bylineError } from '../errors.ts';
import { HttpFailure } from '../http/failure.ts';
import { SpooledBody, SpoolError } from '../http/spooled-body.ts';
import { MAX_DOWNLOAD_BYTES, type OrgRequest, type OrgSession } from './session.ts';

/**
 * A reply that may be large, and is on disk: what it holds may take hours to be worked through, and no socket stays open
 * that long.
 */
export type Download = AsyncDisposable & {
  readonly request: OrgRequest;
  /** The body from its beginning, decompressed. Throws zlib's error where it is damaged. */
  chunks(): AsyncGenerator<Buffer, void, undefined>;
};

/**
 * Sends a request and keeps the body of its reply in `folder`, the one for temporary files unless given. Where the
 * connection breaks, it starts again. Throws an error naming the folder if it can't be written to, and one naming the limit
 * if the body is larger than any the org documents.
 */
export async function download(
  session: OrgSession,
  request: OrgRequest,
  folder: string | undefined,
): Promise<Download> {
  try {
    const body = await SpooledBody.open(folder);
    try {
      const { headers } = await session.send({ ...request, sink: () => body.begin() });
      const chunks = (): AsyncGenerator<Buffer, void, undefined> => body.chunks(headers['content-encoding']);
      return { request, chunks, [Symbol.asyncDispose]: () => body[Symbol.asyncDispose]() };
    } catch (error) {
      await body[Symbol.asyncDispose]();
      throw error;
    }
  } catch (error) {
    if (error instanceof SpoolError)
      throw bylineError('downloadUnwritable', [error.folder, error.message], { cause: error });
    const cause = (error as Error).cause;
    if (cause instanceof HttpFailure && cause.code === 'TOO_LARGE')
      throw bylineError('downloadTooLarge', [request.path, String(MAX_DOWNLOAD_BYTES)], { cause });
    throw error;
  }
}
