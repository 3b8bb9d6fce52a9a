package cadj.cad.method.textmask;

import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.TargetPrompt;
import cadj.cad.method.closedform.TextVectors;
import java.util.List;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/// What a change u [d] of a row w [d] of a key or value projection is to do, summed over the tokens
/// x of all prompts: move targets to g and beyond, leave the rest.
///
/// ```
/// L(u) = mean_targets Σ_x (u·x − (1 + η)·w·(g − x))² + λ·mean_preserved a·Σ_x (u·x)²
///      = u·H·u − 2·(w·C)·u + …
/// H = Σ x xᵀ,  C = mean_targets Σ_x (1 + η)·(g − x)·xᵀ,  with the weights above in H
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
  /// @param crowding strength with which [Crowding] multiplies them
  record Weights(double eta, double preserveScale, double similarity, double crowding) {}

  static Equations of(EditTask task, Base base, Weights weights, EditMethod.Progress progress) {
    TextVectors texts = TextVectors.of(task.pipeline());
    ConceptDistances distances = ConceptDistances.of(texts, task);
    DMatrixRMaj h = moments(texts, task, distances, weights, progress);
    Optional<String> anchor =
        base == Base.ANCHOR ? Anchor.of(texts, task, distances, h) : Optional.empty();
    List<TargetPrompt> goals = anchor.map(its -> Anchor.goals(task, its)).orElse(task.targets());
    return new Equations(h, cross(texts, goals, weights.eta));
  }

  /// H.
  private static DMatrixRMaj moments(
      TextVectors texts,
      EditTask task,
      ConceptDistances distances,
      Weights weights,
      EditMethod.Progress progress) {
    Similarity similarity = Similarity.of(texts, task.concept(), task.preserve());
    double[] each = similarity.weights(weights.similarity);
    double[] crowding = Crowding.weights(distances, task.preserve(), weights.crowding);
    int total = task.targets().size() + each.length;
    int done = 0;
    int width = texts.rows("").numCols;
    DMatrixRMaj h = new DMatrixRMaj(width, width);
    for (TargetPrompt target : task.targets()) {
      DMatrixRMaj x = texts.rows(target.prompt());
      CommonOps_DDRM.multAddTransA(1.0 / task.targets().size(), x, x, h);
      progress.at("encoding prompts", ++done, total);
    }
    for (int p = 0; p < each.length; p++) {
      DMatrixRMaj x = texts.rows(task.preserve().get(p));
      double share = weights.preserveScale * each[p] * crowding[p] / each.length;
      CommonOps_DDRM.multAddTransA(share, x, x, h);
      progress.at("encoding prompts", ++done, total);
    }
    return h;
  }

  /// C of targets with what they are sent to.
  static DMatrixRMaj cross(TextVectors texts, List<TargetPrompt> goals, double eta) {
    int width = texts.rows("").numCols;
    DMatrixRMaj c = new DMatrixRMaj(width, width);
    for (TargetPrompt goal : goals) {
      Moved moved = Moved.of(texts, goal);
      CommonOps_DDRM.multAddTransA((1 + eta) / goals.size(), moved.move(), moved.x(), c);
    }
    return c;
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
