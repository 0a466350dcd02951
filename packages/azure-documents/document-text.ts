/** From the bytes of a file to a JSON value: encodings, what clients print around the JSON, and bounds. */

import { beyondJsonBounds, type JsonBounds } from '@tombolo/arm/json-text';
import { beginsJson, reportedError, withoutConsole } from './console-text.ts';
import { DocumentProblem, shown } from './problem.ts';
import { rowsOfText } from './text-rows.ts';

/** The web platform's decoder: every runtime has it and it is pure, but it is not among the types of pure code. */
declare const TextDecoder: new (
  label: string,
  options: { readonly fatal: boolean },
) => { decode(bytes: Uint8Array): string };

export interface DocumentBounds extends JsonBounds {
  readonly bytes: number;
}

const mebibyte = 1024 * 1024;

/** A list of all endpoints of a large subscription has some megabytes; a template nests deepest, some tens of levels. */
export const documentBounds: DocumentBounds = {
  bytes: 8 * mebibyte,
  depth: 64,
  values: 500_000,
  nameLength: 2_048,
};

/** Throws DocumentProblem where the bytes are more than the bound. */
export const requireSize = (bytes: number, bounds: Pick<DocumentBounds, 'bytes'> = documentBounds): void => {
  if (bytes > bounds.bytes)
    throw new DocumentProblem(
      'TooLarge',
      `It has more than ${bounds.bytes % mebibyte === 0 ? `${bounds.bytes / mebibyte} MiB` : `${bounds.bytes} octets`}.`,
      'Check which file this is, and print one resource.',
    );
};

/**
 * By the byte order mark, or by where the zeros of ASCII characters are: Windows PowerShell's `>` writes UTF-16, and
 * some editors leave the mark out.
 */
const encodingOf = (bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' => {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0) return 'utf-16le';
  if (first === 0 && second !== undefined && second !== 0) return 'utf-16be';
  return 'utf-8';
};

/** Without the byte order mark. Throws DocumentProblem: TooLarge, NotText. */
export const decodeDocument = (
  bytes: Uint8Array,
  bounds: Pick<DocumentBounds, 'bytes'> = documentBounds,
): string => {
  requireSize(bytes.length, bounds);
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new DocumentProblem(
      'NotText',
      `It is no ${encoding.toUpperCase()} text.`,
      'Save it as UTF-8; in PowerShell: … | Out-File -Encoding utf8 FILE.',
    );
  }
};

/** Did the parser stop because nothing came anymore? */
const isTruncated = (json: string, message: string): boolean => {
  if (/end of JSON input|Unterminated string/.test(message)) return true;
  const position = /at position (\d+)/.exec(message)?.[1];
  return position !== undefined && Number(position) >= json.length;
};

const printJson = 'Print it as JSON: az … --output json, or … | ConvertTo-Json -Depth 10 in PowerShell.';

/** What people have a template in before it is one, by its first line that says something. */
const otherLanguage = (text: string): { readonly what: string; readonly fix: string } | undefined => {
  const line = text.split('\n').find((each) => !/^\s*(?:$|\/\/|#|@)/.test(each)) ?? '';
  if (/^(?:targetScope\b|(?:metadata|param|var|type|func) \w|(?:resource|module) \w+ ')/.test(line))
    return {
      what: 'It is Bicep, not JSON.',
      fix: 'Build it first: az bicep build --file FILE.bicep --outfile FILE.json.',
    };
  if (/^(?:(?:terraform|locals) \{|(?:resource|data|provider|variable|module|output) ")/.test(line))
    return {
      what: 'It is Terraform’s language, not JSON.',
      fix: 'Give it to Terraform: ./tombolo terraform apply.',
    };
  return undefined;
};

/**
 * The JSON value of a document's text, or the rows of a table of names and addresses. Throws DocumentProblem: TooLarge,
 * NotJson, Truncated, ErrorAnswer.
 */
export const parseDocumentText = (given: string, bounds: DocumentBounds = documentBounds): unknown => {
  requireSize(given.length, bounds);
  const text = withoutConsole(given.replace(/^\ufeff/, ''));
  if (text === '')
    throw new DocumentProblem('NotJson', 'It is empty: nothing was printed into it.', printJson);
  const reported = reportedError.exec(text)?.[0];
  if (reported !== undefined)
    throw new DocumentProblem(
      'ErrorAnswer',
      `It holds an error and no document: ${shown(reported)}.`,
      'Do what the error says, and print it again.',
    );
  if (text.startsWith('<'))
    throw new DocumentProblem(
      'NotJson',
      'It is a web page or XML, not JSON.',
      'Save the JSON itself, not a page that links to it.',
    );
  const reason = beyondJsonBounds(text, bounds);
  if (reason !== undefined)
    throw new DocumentProblem(
      'TooLarge',
      `It is no such document: ${reason}`,
      'Check which file this is, and print one resource.',
    );
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    if (beginsJson.test(text)) throw notJson(text, message);
    const rows = rowsOfText(text);
    if (rows !== undefined) return rows;
    const language = otherLanguage(text);
    if (language !== undefined) throw new DocumentProblem('NotJson', language.what, language.fix);
    throw new DocumentProblem(
      'NotJson',
      `It is neither JSON nor a table of names and addresses; it begins with ${shown(text.split('\n')[0]!)}.`,
      printJson,
    );
  }
};

const notJson = (text: string, message: string): DocumentProblem => {
  if (isTruncated(text, message))
    return new DocumentProblem(
      'Truncated',
      `It ends in the middle (after ${text.length} characters).`,
      'Print or download it again.',
    );
  const end = /after JSON at position (\d+)/.exec(message)?.[1];
  if (end === undefined)
    return new DocumentProblem('NotJson', `It is not JSON: ${message.slice(0, 200)}.`, printJson);
  const [rest = ''] = text.slice(Number(end)).split('\n', 1);
  return new DocumentProblem(
    'NotJson',
    `It is not JSON alone: behind it stands ${shown(rest.trim())}.`,
    'Leave the JSON only, one document a file; or print it into a file: az … --output json > FILE.',
  );
};

/** Both in one. */
export const parseDocument = (bytes: Uint8Array, bounds: DocumentBounds = documentBounds): unknown =>
  parseDocumentText(decodeDocument(bytes, bounds), bounds);
