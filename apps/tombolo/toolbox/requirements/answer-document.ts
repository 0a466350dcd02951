/** The answer to the flags of a question, as a value and as the JSON document that commands print. */

import { answerQuery, endpointsOf } from '@tombolo/requirements';
import { type QueryFlags, questionOf, shownQuery } from './query-options.ts';
import { asked } from './texts.ts';

/** The JSON form of an answer; entries that are out keep version-bounded and superseded ones visible. */
export const answerDocument = async (flags: QueryFlags & { readonly all?: boolean }) => {
  const { catalogue, query } = await questionOf(flags);
  const whole = answerQuery(catalogue, query);
  const answer = flags.all === true ? whole : asked(whole);
  return { answer, document: { ...answer, query: shownQuery(query), endpoints: endpointsOf(answer) } };
};
