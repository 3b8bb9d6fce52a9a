/// Edits found from text embeddings alone, without a denoiser's gradient: which keys' and values'
/// weights to zero, or how much of each to leave.
///
/// Text reaches the denoiser only through the key and value projections of cross-attention. An edit
/// that keeps their *form*, w∘s for each row w with one factor s for each weight, must send the
/// targets' embeddings elsewhere and leave what preserved prompts give. Least squares in the rows,
/// which are independent of each other and share their moments ([Equations]); free rows instead of
/// w∘s would be UCE's (`closedform`).
///
/// Targets go to a concept that stays ([Anchor]) or to what the task says. What is like the concept
/// ([Similarity]) or has near neighbours ([Crowding]) holds more firmly than the rest.
///
/// Read [Equations], then [TextDoses] (the default: factors between 0 and 2), then [TextMask]
/// (factors 0 and 1). What is learned through the denoiser belongs elsewhere.
@NullMarked
package cadj.cad.method.textmask;

import org.jspecify.annotations.NullMarked;
