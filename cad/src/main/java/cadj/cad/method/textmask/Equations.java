package cadj.cad.method.textmask;

import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.TargetPrompt;
import cadj.cad.method.closedform.TextVectors;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/// What a change u [d] of a row w [d] of a key or value projection is to do, summed over the tokens
/// x of all prompts: move targets to g and beyond, leave the rest.
///
/// ```
/// L(u) = mean_targets Σ_x (u·x − (1 + η)·w·(g − x))² + λ·mean_preserved a·Σ_x (u·x)²
///      = u·H·u − 2·(w·C)·u + …
/// H = Σ x xᵀ,  C = Σ_targets (1 + η)·(g − x)·xᵀ,  with the weights above
/// ```
///
/// All rows share H and C [d,d], whose size does not grow with the number of prompts. All tokens of
/// a prompt count, padding too: it carries what was said before it.
///
/// @param h H
/// @param c C
record Equations(DMatrixRMaj h, DMatrixRMaj c) {
  /// @param eta η, how far beyond g
  /// @param preserveScale λ
  /// @param similarity strength with which [Similarity] gives the weights a
  record Weights(double eta, double preserveScale, double similarity) {}

  static Equations of(EditTask task, Base base, Weights weights, EditMethod.Progress progress) {
    TextVectors texts = TextVectors.of(task.pipeline());
    Similarity similarity = Similarity.of(texts, task.concept(), task.preserve());
    List<TargetPrompt> goals = base.goals(task, similarity);
    return of(
        texts, goals, task.preserve(), similarity.weights(weights.similarity), weights, progress);
  }

  private static Equations of(
      TextVectors texts,
      List<TargetPrompt> goals,
      List<String> preserve,
      double[] preserveWeights,
      Weights weights,
      EditMethod.Progress progress) {
    int total = goals.size() + preserve.size();
    int done = 0;
    int width = texts.rows("").numCols;
    Equations sums = new Equations(new DMatrixRMaj(width, width), new DMatrixRMaj(width, width));
    for (TargetPrompt goal : goals) {
      DMatrixRMaj x = texts.rows(goal.prompt());
      DMatrixRMaj g = texts.rows(goal.instead());
      int length = Math.min(x.numRows, g.numRows);
      x = TextVectors.rows(x, 0, length);
      g = TextVectors.rows(g, 0, length);
      CommonOps_DDRM.subtractEquals(g, x);
      double share = 1.0 / goals.size();
      CommonOps_DDRM.multAddTransA(share, x, x, sums.h);
      CommonOps_DDRM.multAddTransA((1 + weights.eta) * share, g, x, sums.c);
      progress.at("encoding prompts", ++done, total);
    }
    for (int p = 0; p < preserve.size(); p++) {
      DMatrixRMaj x = texts.rows(preserve.get(p));
      double share = weights.preserveScale * preserveWeights[p] / preserve.size();
      CommonOps_DDRM.multAddTransA(share, x, x, sums.h);
      progress.at("encoding prompts", ++done, total);
    }
    return sums;
  }

  /// w·C of each row of W [rows,d].
  double[] linear(double[] w) {
    int d = c.numRows;
    DMatrixRMaj rows = DMatrixRMaj.wrap(w.length / d, d, w);
    DMatrixRMaj out = new DMatrixRMaj(w.length / d, d);
    CommonOps_DDRM.mult(rows, c, out);
    return out.data;
  }
}
