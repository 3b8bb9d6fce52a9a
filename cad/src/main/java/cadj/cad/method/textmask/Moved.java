package cadj.cad.method.textmask;

import cadj.cad.method.TargetPrompt;
import cadj.cad.method.closedform.TextVectors;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/// A target's text embeddings and how far they are from what they are sent to, token by token, as
/// many as both have.
///
/// @param x [tokens,d]
/// @param move g − x [tokens,d]
record Moved(DMatrixRMaj x, DMatrixRMaj move) {
  static Moved of(TextVectors texts, TargetPrompt goal) {
    DMatrixRMaj x = texts.rows(goal.prompt());
    DMatrixRMaj g = texts.rows(goal.instead());
    int length = Math.min(x.numRows, g.numRows);
    x = TextVectors.rows(x, 0, length);
    g = TextVectors.rows(g, 0, length);
    CommonOps_DDRM.subtractEquals(g, x);
    return new Moved(x, g);
  }
}
