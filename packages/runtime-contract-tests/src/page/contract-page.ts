import { cases } from '../cases/index.ts'
import { areas, type ClauseId } from '../clauses/index.ts'
import type { Clause } from '../clauses/clause.ts'

const titles: Readonly<Record<keyof typeof areas, string>> = {
  calls: 'Every call',
  images: 'Images',
  containers: 'Containers',
  containerSpecs: 'Fields of a container spec',
  processes: 'Processes and their output',
  archives: 'Files of a container',
  usage: 'Processes and what they use',
  resources: 'Networks and volumes',
  changes: 'Changes, prunes and events',
  builds: 'Builds',
  compose: 'Compose projects',
  helpers: 'Helpers over any runtime: waiting and scopes',
}

const opening = `# The contract

What every runtime of Moorage promises: the sentences that Docker, Podman, the fake and any other adapter are held to. A
backend that breaks a MUST does not conform, whatever it claims. Each sentence has an id, and the cases that prove it.

Words: a *runtime* is what \`createRuntime(adapter)\` answers; the *engine* is what stands behind the adapter; a *gate* is a
capability that guards methods or fields, and a *trait* one that only informs. Sentences about a gated method hold where
its gate is claimed; where it is not, \`capabilities.gate-refused\` does. "Missing" is a resource that the engine does not have.

This page is generated from the clauses; change those.
`

/** The clauses as a page for people. */
export function contractPage(): string {
  const sections = Object.entries(areas).map(([area, clauses]) => {
    const rows = Object.entries<Clause>(clauses).map(([id, clause]) => row(id as ClauseId, clause))
    return `## ${titles[area as keyof typeof areas]}\n\n${rows.join('\n')}\n`
  })
  return `${opening}\n${sections.join('\n')}`
}

function row(id: ClauseId, { level, text, untested }: Clause): string {
  const proofs = cases.filter(({ clauses }) => clauses.includes(id)).map((proof) => `\`${proof.id}\``)
  const shown = proofs.length > 6 ? [...proofs.slice(0, 3), `and ${proofs.length - 3} more`] : proofs
  const proven = untested === undefined ? shown.join(', ') : `untested: ${untested}`
  return `- **${id}** (${level}): ${text}\n  <br>*${proven}*`
}
