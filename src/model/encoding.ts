/** How a text is encoded: UTF-16, as PowerShell and Excel write it, where it begins with its byte-order mark, else UTF-8. */
export function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** Bytes that are no text in the encoding they should have. */
export class EncodingError extends Error {
  public override readonly name = 'EncodingError';
  public readonly encoding: string;
  /** The line they stand in, from 1. */
  public readonly line: number;

  public constructor(encoding: string, line: number) {
    super(`line ${line} is not valid ${encoding.toUpperCase()}`);
    this.encoding = encoding;
    this.line = line;
  }
}

const LINE_FEED = 0x0a;

/** Decodes a text chunk by chunk, by the encoding its beginning shows. Throws an {@link EncodingError} for what is no text. */
export class StrictDecoder {
  private decoder: InstanceType<typeof TextDecoder> | undefined;
  private line = 1;

  /** The text of a chunk, the byte-order mark included, but for a character that ends in a later one. */
  public decode(chunk: Uint8Array): string {
    if (chunk.length === 0) return '';
    this.decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true, ignoreBOM: true });
    let text = '';
    // Up to the end of a line each, as the decoder does not say where it failed.
    for (let start = 0; start < chunk.length;) {
      const feed = chunk.indexOf(LINE_FEED, start);
      const end = feed === -1 ? chunk.length : feed + 1;
      text += this.attempt(chunk.subarray(start, end));
      start = end;
    }
    return text;
  }

  /** Throws where the text ends within a character. */
  public end(): void {
    this.attempt();
  }

  private attempt(bytes?: Uint8Array): string {
    if (!this.decoder) return '';
    try {
      const text = bytes ? this.decoder.decode(bytes, { stream: true }) : this.decoder.decode();
      this.line += text.split('\n').length - 1;
      return text;
    } catch {
      throw new EncodingError(this.decoder.encoding, this.line);
    }
  }
}
