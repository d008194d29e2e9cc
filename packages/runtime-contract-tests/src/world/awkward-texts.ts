/** Texts that mean something else to a pattern, a list, a shell or a line-based format, each with a name that a pattern fits. */
export const awkwardTexts: readonly string[] = [
  ...[',', ':', '=', '"', "'", '\\', '*', '?', '[x]', '[', '$HOME', ' ', '\n', '\t', '#', '%41', '😀'].map(
    (text) => `a${text}b`,
  ),
  ' lead',
  'trail ',
  'line\n',
  '=first',
]

/** Names that patterns of such a text fit, or that are left of it when a part is cut off. */
export const decoys: readonly string[] = ['a', 'b', 'ab', 'axb', 'aAb', 'lead', 'trail', 'line', 'first']
