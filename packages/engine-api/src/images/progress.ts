import type { ImageProgressEvent } from '@moorage/runtime-core'

/** One message of a progress stream. */
export interface ProgressJson {
  readonly status?: string
  readonly id?: string
  readonly stream?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number } | null
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
  readonly aux?: { readonly Digest?: string }
}

/** How much of a layer's way each phase is; an extraction begins where the download has ended. */
const share: Readonly<Record<ImageProgressEvent['phase'], { readonly from: number; readonly to: number }>> = {
  status: { from: 0, to: 0 },
  waiting: { from: 0, to: 0 },
  downloading: { from: 0, to: 0.7 },
  extracting: { from: 0.7, to: 1 },
  pushing: { from: 0, to: 1 },
  complete: { from: 1, to: 1 },
}

/** Makes events of the messages of one pull or push. */
export class Progress {
  readonly #layers = new Map<string, number>()
  #fraction: number | undefined

  event({ status = '', id, progressDetail }: ProgressJson): ImageProgressEvent {
    const phase = id === undefined ? 'status' : phaseOf(status)
    const { current, total } = progressDetail ?? {}
    const isLayer = phase !== 'status' && id !== undefined
    if (isLayer) this.#advance(id, phase, total !== undefined && total > 0 ? (current ?? 0) / total : undefined)
    return {
      phase,
      ...(isLayer && { layer: id }),
      ...(current !== undefined && { currentBytes: current }),
      ...(total !== undefined && total > 0 && { totalBytes: total }),
      ...(this.#fraction !== undefined && { fraction: this.#fraction }),
      text: status,
    }
  }

  /**
   * Layers count alike: how large one is, is known only when its turn has come. Engines name them all before the first
   * byte moves; should one come later, nothing is taken back.
   */
  #advance(layer: string, phase: ImageProgressEvent['phase'], part: number | undefined): void {
    const { from, to } = share[phase]
    const done = from + (to - from) * Math.min(1, part ?? 0)
    this.#layers.set(layer, Math.max(done, this.#layers.get(layer) ?? 0))
    const all = [...this.#layers.values()]
    const mean = all.reduce((sum, one) => sum + one, 0) / all.length
    const moves = phase !== 'waiting' && phase !== 'complete'
    if (moves || this.#fraction !== undefined) this.#fraction = Math.max(this.#fraction ?? 0, mean)
  }
}

function phaseOf(status: string): ImageProgressEvent['phase'] {
  if (/^(?:Pulling fs layer|Waiting|Preparing)/.test(status)) return 'waiting'
  if (/^(?:Downloading|Verifying|Download complete)/.test(status)) return 'downloading'
  if (/^Extracting/.test(status)) return 'extracting'
  if (/^Pushing/.test(status)) return 'pushing'
  if (/^(?:Pull complete|Already exists|Pushed|Layer already exists|Mounted from)/.test(status)) return 'complete'
  return 'status'
}
