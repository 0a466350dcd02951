/** The value of --tags: `A=B,C='D E'`. */

import { AgentFailure } from './failure.ts';

/** ARM: at most 50 tags, names of at most 512 and values of at most 256 characters, none of `<>%&\?/` in names. */
const pair = /\s*([^=,'<>%&\\?/]{1,512})=(?:'([^']{0,256})'|([^,']{0,256}))\s*(?:,|$)/y;

/** Values in single quotes may hold commas and spaces; an empty value is one. @throws AgentFailure 23 */
export const parseTags = (text: string): Readonly<Record<string, string>> => {
  const tags: Record<string, string> = {};
  const refuse = (why: string): never => {
    throw new AgentFailure(23, `--tags '${text}' is refused: ${why}.`, {
      fix: `Write --tags "A=B,C='D E'".`,
    });
  };
  pair.lastIndex = 0;
  let end = 0;
  while (end < text.length) {
    const match = pair.exec(text);
    if (match === null) return refuse(`'${text.slice(end, end + 40)}' is no name=value`);
    const name = (match[1] ?? '').trim();
    const known = Object.keys(tags).some((other) => other.toLowerCase() === name.toLowerCase());
    if (name === '' || known) return refuse(`the name '${name}' is empty or there twice`);
    tags[name] = match[2] ?? (match[3] ?? '').trim();
    end = pair.lastIndex;
  }
  if (Object.keys(tags).length > 50) return refuse('there are more than 50 tags');
  return tags;
};
