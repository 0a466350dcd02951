/** What a console leaves around the JSON that was printed on it: warnings, prompts with their commands, Markdown's fences. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: az colours its warnings on a terminal.
const colours = /\u001b\[[0-9;]*m/g;
const warningLine = /^(WARNING|INFO|DEBUG)\b/i;
const fence = /^`{3,}[\w-]{0,32}$/;
export const beginsJson = /^[[{]/;
export const reportedError = /^(?:ERROR\b|usage: az\b|Get-Az\w+ ?:).*/i;

/** Of bash and its kin, PowerShell, cmd and the Azure Cloud Shell, with a command behind it or none. */
const prompts: readonly RegExp[] = [
  /^(?:\([^()]{1,64}\) )?PS(?: [^>]{0,256})?>(?:\s|$)/,
  /^[A-Za-z]:\\[^>]{0,256}>/,
  /^(?:\([^()]{1,64}\) )?[\w.-]{1,64}@[^$#%]{1,256}[$#%](?:\s|$)/,
  /^[\w.-]{1,64} \[ [^\]]{1,256} \]\$(?:\s|$)/,
  /^(?:ba|z)?sh-[\w.]{1,16}[$#](?:\s|$)/,
  /^[$%>❯](?:\s|$)/,
  // Alone it begins a remark, of a hosts file for example.
  /^# ?(?:az|curl|(?:Get|New|Set|Invoke|Export)-Az)\b/,
];

const isAround = (line: string): boolean => {
  const text = line.trimEnd();
  return (
    text === '' || warningLine.test(text) || fence.test(text) || prompts.some((prompt) => prompt.test(text))
  );
};

/** Nothing that stands between what the console left, or in a line of its own within, is touched. */
export const withoutConsole = (text: string): string => {
  const lines = text.replace(colours, '').trim().split('\n');
  if (!isAround(lines[0]!) && !isAround(lines.at(-1)!)) return lines.join('\n');
  // A warning or a command may go on over several lines, up to where the JSON or an error begins.
  const begin = lines.findIndex((line) => beginsJson.test(line) || reportedError.test(line));
  const first = isAround(lines[0]!) && begin > 0 ? begin : lines.findIndex((line) => !isAround(line));
  const last = lines.findLastIndex((line) => !isAround(line));
  return first < 0
    ? ''
    : lines
        .slice(first, last + 1)
        .join('\n')
        .trim();
};
