/** Something that Podman does in another way than the contract says, and that the adapter evens out. */
export interface Difference {
  /** What Podman does, as a sentence. */
  readonly what: string
  /** The versions on which it was seen. */
  readonly seenOn: string
  /** The case of the contract that fails without the adapter's help. */
  readonly forcedBy: string
}
