/// Edits that need no gradient descent: linear least squares in the space of text embeddings.
///
/// A key or value projection of cross-attention sees a prompt only through its text embeddings, so
/// what it makes of them can be moved by solving for its weights. The equations of all projections
/// share their right-hand factor: what an edit does to each weight W [out,d] is W·M with one map M
/// [d,d] of text embeddings ([EmbeddingMap]), found once, in double.
///
/// Read [Moments], then [Uce], then [Rece]. What is learned by gradient descent belongs elsewhere.
@NullMarked
package cadj.cad.method.closedform;

import org.jspecify.annotations.NullMarked;
