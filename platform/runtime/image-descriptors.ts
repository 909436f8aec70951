const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

/**
 * Numbers that say what a grey image looks like, for its drift; its values are 0 (background) and more (ink).
 *
 * - ink: the mean value;
 * - inked_pixels: share of values above 0;
 * - ink_in_upper_half, ink_in_left_half: the part of all ink within the first half of the rows, of the
 *   columns, a middle one left out; 0 without ink.
 *
 * inlet_training/preprocess/image_descriptors.py counts the same over the training images.
 */
export const describeImage = (image: readonly (readonly number[])[]) => {
  const values = image.flat()
  const ink = total(values)
  const upper = total(image.slice(0, Math.floor(image.length / 2)).flat())
  const left = total(image.flatMap((row) => row.slice(0, Math.floor(row.length / 2))))
  return {
    ink: ink / values.length,
    inked_pixels: values.filter((value) => value > 0).length / values.length,
    ink_in_upper_half: ink === 0 ? 0 : upper / ink,
    ink_in_left_half: ink === 0 ? 0 : left / ink,
  }
}
