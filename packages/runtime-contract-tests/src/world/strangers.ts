import { isDeepStrictEqual } from 'node:util'
import type { Runtime } from '@moorage/runtime-core'
import type { Programs } from '../programs/programs.ts'
import { deadlines } from './eventually.ts'
import { caseLabel, runLabel, strangerLabel, strangerOwnerLabel, strangerPrefix } from './labels.ts'
import { describeSight } from './ownership.ts'
import { inspect, remove, type Kind, type Sight } from './sight.ts'

type Labels = Readonly<Record<string, string>>

interface Stranger {
  /** How it was when it was made. */
  readonly sight: Sight
  /** Its id; of an image that is only a name of another one, the name. */
  readonly reference: string
  /** What its labels have in common with those of the suite. */
  readonly about: string
}

/**
 * Idle resources of each kind that are not of any case, some with one of the labels that all resources of a case have. They stand
 * by while the cases run: an adapter that removes or changes one of them would do so with resources of others.
 */
export class Strangers {
  /** The value of the label that all of them have. */
  readonly mark: string
  /** The strangers that could not be made, and why. */
  readonly unmade: string[] = []
  /** What was done to strangers, each with the case that was charged with it, if one was. */
  readonly harm: string[] = []
  /** What failed outside of the cases: the adapter could not be asked, or something could not be removed. */
  readonly problems: string[] = []
  readonly #standing = new Set<Stranger>()

  private constructor(mark: string) {
    this.mark = mark
  }

  /** Makes them through the runtime that is tested. Whatever cannot be made is noted: the cases find out why. */
  static async post(runtime: Runtime, programs: Programs, runId: string, owner: string): Promise<Strangers> {
    const mark = crypto.randomUUID().slice(0, 13)
    const strangers = new Strangers(mark)
    const own = { [strangerLabel]: mark, [strangerOwnerLabel]: owner }
    const variants = [
      { about: 'without a label of the suite', part: 'none', labels: own },
      { about: 'with the label of this run only', part: 'run', labels: { ...own, [runLabel]: runId } },
      {
        about: 'with the labels of another run',
        part: 'other',
        labels: { ...own, [runLabel]: `not-${runId}`, [caseLabel]: 'strangers/stand/by' },
      },
    ]
    for (const { about, part, labels } of variants) {
      const name = `${strangerPrefix}${mark}-${part}`
      for (const [kind, make] of makers(runtime, programs, name, labels))
        await strangers.#add(runtime, kind, about, make)
    }
    return strangers
  }

  async #add(
    runtime: Runtime,
    kind: Kind,
    about: string,
    make: (signal: AbortSignal) => Promise<string>,
  ): Promise<void> {
    const signal = AbortSignal.timeout(deadlines.soon)
    try {
      const reference = await make(signal)
      const sight = await inspect(runtime, kind, reference, signal)
      // A create that answers something else has made no stranger.
      if (sight !== undefined && this.#isOurs(sight, reference)) this.#standing.add({ sight, reference, about })
      else this.unmade.push(`${kind} ${about}: ${reference} is not the one that was asked for`)
    } catch (error) {
      this.unmade.push(`${kind} ${about}: ${textOf(error)}`)
    }
  }

  /** It has the label, or the name alone is the stranger. */
  #isOurs({ labels, tags = [] }: Sight, reference: string): boolean {
    return labels[strangerLabel] === this.mark || (reference.startsWith(strangerPrefix) && tags.includes(reference))
  }

  /** What has happened to strangers since the last check, charged to `charged`, and those that could not be inspected. */
  async check(runtime: Runtime, charged: string): Promise<readonly string[]> {
    const uninspected: string[] = []
    const inspected = async (stranger: Stranger): Promise<string | undefined> => {
      try {
        return await this.#harmTo(runtime, stranger)
      } catch (error) {
        uninspected.push(`${describeSight(stranger.sight)}, a stranger, could not be inspected: ${textOf(error)}`)
        return undefined
      }
    }
    const found = await Promise.all([...this.#standing].map(inspected))
    const harm = found.filter((text) => text !== undefined)
    this.harm.push(...harm.map((text) => `${charged}: ${text}`))
    return [...harm, ...uninspected]
  }

  async #harmTo(runtime: Runtime, stranger: Stranger): Promise<string | undefined> {
    const { sight, reference, about } = stranger
    const now = await inspect(runtime, sight.kind, reference, AbortSignal.timeout(deadlines.soon))
    const isName = sight.kind === 'image' && reference !== sight.id
    if (isName ? now?.id === sight.id : isDeepStrictEqual(now, sight)) return undefined
    // It is charged once.
    this.#standing.delete(stranger)
    const what = now === undefined ? 'was removed' : `was changed: it is ${JSON.stringify(now)}`
    return `a stranger ${about} ${what}: ${describeSight(sight)}`
  }

  /** Checks them for the last time, and removes each one by its id, after an inspection. What fails is added to `problems`. */
  async dismiss(runtime: Runtime): Promise<void> {
    const standing = [...this.#standing]
    await this.check(runtime, 'after the last case')
    for (const { sight, reference } of standing) {
      try {
        const signal = AbortSignal.timeout(deadlines.soon)
        const now = await inspect(runtime, sight.kind, reference, signal)
        // By the reference that was inspected: where it is only a name, the image itself stays.
        if (now !== undefined && now.id === sight.id && this.#isOurs(now, reference))
          await remove(runtime, { ...now, id: reference }, signal)
      } catch (error) {
        this.problems.push(`${describeSight(sight)}, a stranger, may be left: ${textOf(error)}`)
      }
    }
    this.#standing.clear()
  }
}

/** How one stranger of each kind is made; answers its reference. */
function makers(
  runtime: Runtime,
  programs: Programs,
  name: string,
  labels: Labels,
): readonly (readonly [Kind, (signal: AbortSignal) => Promise<string>])[] {
  const container = { name, image: programs.image, command: programs.exit(0), labels }
  const tag = `${name}:1`
  const image = { context: { files: { Dockerfile: `FROM ${programs.image}\n` } }, tags: [tag], labels }
  const built = async (signal: AbortSignal): Promise<string> => (await runtime.buildImage(image, { signal })).id
  // Without a builder no image can be labelled: one more name of the programs' image stands by.
  const named = async (signal: AbortSignal): Promise<string> => {
    await runtime.tagImage(programs.image, tag, { signal })
    return tag
  }
  return [
    ['container', async (signal) => (await runtime.createContainer(container, { signal })).id],
    ['network', async (signal) => (await runtime.createNetwork({ name, labels }, { signal })).id],
    ['volume', async (signal) => (await runtime.createVolume({ name, labels }, { signal })).name],
    ['image', runtime.capabilities.build ? built : named],
  ]
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
