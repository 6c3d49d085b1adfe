import { bylineError } from '../errors.ts';
import { HttpFailure } from '../http/failure.ts';
import { SpooledBody, SpoolError } from '../http/spooled-body.ts';
import { MAX_DOWNLOAD_BYTES, type OrgRequest, type OrgSession } from './session.ts';

/** A large reply, kept on disk, because no socket stays open for the hours that processing it may take. */
export type Download = AsyncDisposable & {
  readonly request: OrgRequest;
  /** The body from its beginning, decompressed. Throws zlib's error if the data is damaged. */
  chunks(): AsyncGenerator<Buffer, void, undefined>;
};

/**
 * Sends a request and stores the body of its reply in `folder`, by default that for temporary files. Starts again if
 * the connection breaks. Throws an error naming the folder if it can't be written, or naming the limit if the body is
 * larger than any the org documents.
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
