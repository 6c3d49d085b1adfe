/**
 * The encoding of a text: UTF-16, as PowerShell and Excel write it, if it begins with that byte-order mark; otherwise
 * UTF-8.
 */
export function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** Bytes that are invalid in the expected encoding. */
export class EncodingError extends Error {
  public override readonly name = 'EncodingError';
  public readonly encoding: string;
  /** The line of the invalid bytes, from 1. */
  public readonly line: number;

  public constructor(encoding: string, line: number) {
    super(`line ${line} is not valid ${encoding.toUpperCase()}`);
    this.encoding = encoding;
    this.line = line;
  }
}

const LINE_FEED = 0x0a;

/**
 * Decodes a text chunk by chunk, in the encoding its beginning shows. Throws an {@link EncodingError} for invalid
 * bytes.
 */
export class StrictDecoder {
  private decoder: InstanceType<typeof TextDecoder> | undefined;
  private line = 1;

  /** The text of a chunk, byte-order mark included. A character that ends in a later chunk is returned with that. */
  public decode(chunk: Uint8Array): string {
    if (chunk.length === 0) return '';
    this.decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true, ignoreBOM: true });
    let text = '';
    // Line by line, because the decoder doesn't say where it failed.
    for (let start = 0; start < chunk.length;) {
      const feed = chunk.indexOf(LINE_FEED, start);
      const end = feed === -1 ? chunk.length : feed + 1;
      text += this.attempt(chunk.subarray(start, end));
      start = end;
    }
    return text;
  }

  /** Throws an {@link EncodingError} if the text ends within a character. */
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
