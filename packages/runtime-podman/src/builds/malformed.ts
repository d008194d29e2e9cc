/** Podman (5.4) reads a line only when it comes to it, and then names the step, with its own inner form of an instruction. */
const unknownInstruction = /Unknown instruction: "(\w+)"/
const wrongArguments = /building at STEP "[^"]*": (\w+ (?:requires|only supports|needs) .*)/

/** What is wrong with a line of the Dockerfile, and which one it is; `undefined` for any other failure. */
export function malformedLine(
  problem: string,
  { dockerfile, stepName }: { readonly dockerfile: string; readonly stepName: string },
): { readonly line: number; readonly text: string } | undefined {
  const [, unknown] = unknownInstruction.exec(problem) ?? []
  const [, wrong] = wrongArguments.exec(problem) ?? []
  const text = unknown === undefined ? wrong : `unknown instruction: ${unknown}`
  if (text === undefined) return undefined
  const found = instructionsIn(dockerfile).find((instruction) => instruction.text === plain(stepName))
  return found && { line: found.line, text: `line ${found.line}: ${text}` }
}

function instructionsIn(dockerfile: string): readonly { readonly line: number; readonly text: string }[] {
  const found: { line: number; text: string }[] = []
  let isContinued = false
  for (const [index, raw] of dockerfile.split('\n').entries()) {
    const text = raw.trim()
    if (text === '' || text.startsWith('#')) continue
    const last = found.at(-1)
    if (isContinued && last !== undefined) last.text += ` ${text}`
    else found.push({ line: index + 1, text })
    isContinued = text.endsWith('\\')
  }
  return found.map(({ line, text }) => ({ line, text: plain(text) }))
}

/** Without what the engine may write otherwise. */
function plain(text: string): string {
  return text.replaceAll('\\', ' ').replaceAll(/\s+/g, ' ').trim().toLowerCase()
}
