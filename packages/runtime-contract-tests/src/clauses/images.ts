import { must, should, type Clauses } from './clause.ts'

export const images = {
  'image.inspect': must(
    'inspectImage resolves with a `sha256:` id, the tags, the platform and what containers inherit.',
  ),
  'image.by-id': must('An image is found by its whole id.'),
  'image.list': must('listImages lists an image once, with all its tags.'),
  'image.list-reference': must(
    'A `reference` filter matches exactly; without a tag it matches every tag of the repository.',
  ),
  'image.tag': must('tagImage gives an image one more name, and may be repeated.'),
  'image.untag': must('removeImage of a tag that is not the last only untags.'),
  'image.in-use': must(
    'removeImage of the last tag of an image that a container uses rejects with IMAGE_IN_USE, also with `force`, and the container stays.',
  ),
  'image.in-use-by-id': must(
    'removeImage by its id, also with `force`, of an image that a container uses rejects with IMAGE_IN_USE, and it keeps all of its tags.',
  ),
  'image.remove-missing': must(
    'removeImage of a missing image resolves; with `missing: "error"` it rejects with IMAGE_NOT_FOUND.',
  ),

  'pull.brings': must(
    'pullImage resolves with the id, the digest and the platform, and the engine then has the image.',
  ),
  'pull.again': must('Pulling what is there already resolves with the same id.'),
  'pull.progress': should('pullImage reports progress through `onEvent`, in order.'),
  'pull.fraction': should('Where progress tells a `fraction` of the whole, it goes from 0 to 1 and never back.'),
  'pull.shared': must(
    'Pulls of one reference at the same time are one; a caller who aborts leaves it to the others, and the last one ends it.',
  ),
  'pull.digest': must('A pull by digest brings that very image, and it is found by the same words afterwards.'),
  'pull.platform': must(
    'pullImage for a `platform` that the registry does not have the image for rejects with IMAGE_NOT_FOUND.',
  ),
  'pull.missing': must('pullImage of what the registry does not have rejects with IMAGE_NOT_FOUND.'),
  'pull.unauthorized': must(
    'pullImage without the credentials that the registry asks for, or with wrong ones, rejects with UNAUTHORIZED.',
  ),
  'pull.credentials': must('pullImage with the right credentials resolves.'),
  'image.dangling': must('`dangling` tells images that have no tag from those that have one.'),
  'image-archive.round-trip': must(
    'What saveImages has written loadImages brings back, several images and tags at once, with the same ids.',
  ),
  'image-archive.missing': must('saveImages of an image that is not there rejects with IMAGE_NOT_FOUND.'),
  'image-archive.platform': must(
    'saveImages for a `platform` that an image is not made for rejects with IMAGE_NOT_FOUND.',
  ),
  'image-archive.malformed': must('What is no archive of images is refused by loadImages with INVALID_ARGUMENT.'),
  'image-history.steps': must('imageHistory tells the steps of an image, newest first, with what each has added.'),
  'image-history.missing': must('imageHistory of an image that is not there rejects with IMAGE_NOT_FOUND.'),
  'push.round-trip': must('What pushImage has sent can be pulled by the digest that it resolved with.'),
} as const satisfies Clauses
