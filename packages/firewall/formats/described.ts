/** What a rule is for, in as many characters as a form has for it: whole names, and how many more. */

export const described = (names: readonly string[], most: number): string => {
  const all = names.join(', ');
  if (all.length <= most) return all;
  for (let count = names.length - 1; count > 0; count -= 1) {
    const some = `${names.slice(0, count).join(', ')} and ${names.length - count} more`;
    if (some.length <= most) return some;
  }
  return all.slice(0, most);
};
