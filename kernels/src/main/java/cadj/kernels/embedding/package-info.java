/// Embedding: rows of a table by integer id.
///
/// Read [EmbeddingKernel] first: the contract. [EmbeddingReference] defines it, [EmbeddingVector]
/// is fast, [EmbeddingCuda] launches `embedding.ptx`. May import `cadj.kernels.device`; shapes and
/// views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.embedding;

import org.jspecify.annotations.NullMarked;
