import type { CallOptions, ImageHistoryEntry } from '@moorage/runtime-core'
import type { EngineClient } from '../client/client.ts'
import { perform } from '../errors/failure.ts'
import { imageCall, missingImage, withAlgorithm } from './inspect.ts'

/** One row of `GET /images/{name}/history`. */
interface HistoryJson {
  /** `<missing>` where the engine does not have the image of this step. */
  readonly Id: string
  /** Seconds since 1970. */
  readonly Created: number
  readonly CreatedBy: string
  readonly Comment: string
  readonly Size: number
}

export async function imageHistory(
  client: EngineClient,
  reference: string,
  { signal }: CallOptions = {},
): Promise<readonly ImageHistoryEntry[]> {
  return perform(imageCall(client, 'imageHistory', reference), missingImage, async () => {
    const answer = await client.json({ path: `/images/${reference}/history`, ...(signal && { signal }) })
    return (answer as readonly HistoryJson[]).map(({ Id: id, Created, CreatedBy, Comment, Size }) => ({
      ...(!id.includes('<missing>') && { id: withAlgorithm(id) }),
      createdAt: new Date(Created * 1000).toISOString(),
      createdBy: CreatedBy,
      comment: Comment,
      sizeBytes: Size,
    }))
  })
}
