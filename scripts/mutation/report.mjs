/** What a run says at its end: the survivors, then the score of each area. */

import { margin, percent } from './score.mjs';

const short = (text) => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 90 ? `${line.slice(0, 60)} … ${line.slice(-25)}` : line;
};

const survivorLines = ({ results }) =>
  results
    .filter(({ outcome }) => outcome === 'survived')
    .sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1))
    .map(
      ({ file, line, column, kind, original, replacement, reached }) =>
        `${file}:${line}:${column} ${kind}${reached ? '' : ', reached by no test'}\n    ${short(original)}  →  ${short(replacement)}`,
    );

const scoreLine = ({ name, sampled, of, killed, taken, timeouts, cpuMs }) => {
  const sure = sampled ? ` ±${margin(killed, taken, of).toFixed(1)}` : '';
  const whole = sampled ? `, drawn from ${of}` : '';
  const counts = `${killed} of ${taken} killed, ${timeouts} of them by the clock${whole}`;
  return `${name.padEnd(14)} ${percent(killed, taken).toFixed(1).padStart(5)} %${sure}  (${counts}; ${processorTime(cpuMs)})`;
};

const processorTime = (ms) => `${(ms / 60_000).toFixed(1)} min of a processor`;

export const reportOf = (done) => {
  const survivors = done.flatMap(survivorLines);
  const all = done.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  return [
    ...(survivors.length === 0 ? [] : ['Survivors:', ...survivors, '']),
    ...done.map(scoreLine),
    ...(done.length > 1 ? [`Together ${processorTime(all)}, whenever it was that each mutant ran.`] : []),
  ].join('\n');
};
