/** Reads big-endian integers and length-prefixed vectors, as TLS writes them; throws a RangeError past the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('past the end');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  uint8(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new RangeError('past the end');
    this.#at += 1;
    return byte;
  }

  uint16(): number {
    return (this.uint8() << 8) | this.uint8();
  }

  /** A vector with a length of one byte. */
  vector8(): Uint8Array {
    return this.take(this.uint8());
  }

  /** A vector with a length of two bytes. */
  vector16(): Uint8Array {
    return this.take(this.uint16());
  }
}
