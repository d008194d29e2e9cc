import { BuildProblem } from './problem.ts'

/** The value of a variable, if it has one. */
export type Variables = Readonly<Record<string, string | undefined>>

/** The text's words, with variables filled in, and without the quotes. */
export function wordsOf(text: string, variables: Variables): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  for (const { value, isSpace } of pieces(text, variables)) {
    if (!isSpace) word = (word ?? '') + value
    else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  return word === undefined ? words : [...words, word]
}

/** The whole text, with variables filled in, and without the quotes. */
export function filledIn(text: string, variables: Variables): string {
  return [...pieces(text, variables)].map(({ value }) => value).join('')
}

interface Piece {
  readonly value: string
  /** Between words. */
  readonly isSpace: boolean
}

function* pieces(text: string, variables: Variables): Generator<Piece, undefined> {
  let quote = ''
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at)
    if (sign === quote) {
      quote = ''
      // An empty pair of quotes is a word, too.
      yield { value: '', isSpace: false }
    } else if (quote === '' && (sign === '"' || sign === "'")) quote = sign
    else if (quote === '' && /\s/.test(sign)) yield { value: sign, isSpace: true }
    else if (sign === '\\' && quote !== "'" && (quote === '' || /["$\\]/.test(text.charAt(at + 1)))) {
      at += 1
      yield { value: text.charAt(at), isSpace: false }
    } else if (sign === '$' && quote !== "'") {
      const { value, length } = variableAt(text.slice(at), variables)
      at += length - 1
      yield { value, isSpace: false }
    } else yield { value: sign, isSpace: false }
  }
}

function variableAt(text: string, variables: Variables): { readonly value: string; readonly length: number } {
  const [plain, plainName] = /^\$(\w+)/.exec(text) ?? []
  if (plain !== undefined && plainName !== undefined) return { value: variables[plainName] ?? '', length: plain.length }
  if (!text.startsWith('${')) return { value: '$', length: 1 }
  const whole = text.slice(0, closingAt(text) + 1)
  const [, name, colon, sign, word = ''] = /^\$\{(\w+)(?:(:?)([-+])(.*))?\}$/s.exec(whole) ?? []
  if (name === undefined) throw new BuildProblem(`the fake does not understand \`${whole || text}\``)
  const value = variables[name]
  const isSet = colon === ':' ? value !== undefined && value !== '' : value !== undefined
  const other = (): string => filledIn(word, variables)
  if (sign === '-') return { value: isSet ? (value ?? '') : other(), length: whole.length }
  if (sign === '+') return { value: isSet ? other() : '', length: whole.length }
  return { value: value ?? '', length: whole.length }
}

/** Where the brace ends that the text begins with; -1 where it does not. */
function closingAt(text: string): number {
  let depth = 0
  for (let at = 1; at < text.length; at += 1) {
    if (text.charAt(at) === '{') depth += 1
    if (text.charAt(at) === '}') depth -= 1
    if (depth === 0) return at
  }
  return -1
}
