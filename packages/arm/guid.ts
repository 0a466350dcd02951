/** GUIDs, as Azure and its clients write them: hyphens, no braces, any letter case. */

export const isGuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
