package cadj.cad.method.textmask;

import cadj.cad.method.EditTask;
import cadj.cad.method.TargetPrompt;
import cadj.cad.method.closedform.EmbeddingMap;
import cadj.cad.method.closedform.PositiveDefinite;
import cadj.cad.method.closedform.TextVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/// The preserved concept that is drawn in the erased one's place. Such anchors are Kumari et al.
/// 2023's (arXiv:2303.13516), who name them; here one is found among the preserved prompts.
///
/// A candidate is a preserved prompt that, in a target's place for the concept, gives another
/// preserved prompt: "ankle boot" is one for "sneaker" if "a ankle boot in the style of photo"
/// stays too, and "photo" is none. One nearer to the concept than 0.4 of the median of all pairs
/// ([ConceptDistances]) is passed over if there is another: a picture of "shirt" is often taken for
/// a "pullover". Of the rest the one that the keys and values can be brought to at the least loss,
/// if their rows were free ([Equations]):
///
/// ```
/// Σ_w min_u L(u) + ρ‖u‖² = tr G·(D − C·(H + ρI)⁻¹·Cᵀ)
/// G = Σ_w wᵀw,  D = mean_targets Σ_x (g − x)ᵀ(g − x),  ρ = 0.1
/// ```
///
/// Near ones cost little; so do those whose names have as many tokens, since all after a name then
/// stays in its place.
final class Anchor {
  private static final double LAMB = 0.1;
  private static final double NEAR = 0.4;

  private Anchor() {}

  /// The best of them, if there are any; the first of equals. Which does not depend on η.
  ///
  /// @param h H of the task
  static Optional<String> of(
      TextVectors texts, EditTask task, ConceptDistances distances, DMatrixRMaj h) {
    List<String> candidates = farEnough(distances);
    if (candidates.size() <= 1) {
      return candidates.stream().findFirst();
    }
    DMatrixRMaj gram = EmbeddingMap.of(task.pipeline().denoiser()).gram();
    DMatrixRMaj held = h.copy();
    for (int i = 0; i < held.numRows; i++) {
      held.add(i, i, LAMB);
    }
    String best = candidates.getFirst();
    double least = Double.POSITIVE_INFINITY;
    for (String candidate : candidates) {
      double loss = loss(texts, goals(task, candidate), held, gram);
      if (loss < least) {
        least = loss;
        best = candidate;
      }
    }
    return Optional.of(best);
  }

  private static List<String> farEnough(ConceptDistances distances) {
    List<String> all = distances.concepts().subList(1, distances.concepts().size());
    double near = NEAR * distances.median();
    List<String> far = new ArrayList<>();
    for (int k = 0; k < all.size(); k++) {
      if (distances.squared()[0][k + 1] >= near) {
        far.add(all.get(k));
      }
    }
    return far.isEmpty() ? all : far;
  }

  /// Preserved prompts that can take the concept's place, in their order.
  static List<String> candidates(EditTask task) {
    return task.preserve().stream().filter(prompt -> takesThePlace(prompt, task)).toList();
  }

  private static double loss(
      TextVectors texts, List<TargetPrompt> goals, DMatrixRMaj held, DMatrixRMaj gram) {
    DMatrixRMaj moves = new DMatrixRMaj(held.numRows, held.numRows);
    goals.forEach(
        goal -> {
          DMatrixRMaj move = Moved.of(texts, goal).move();
          CommonOps_DDRM.multAddTransA(1.0 / goals.size(), move, move, moves);
        });
    DMatrixRMaj c = Equations.cross(texts, goals, 0);
    DMatrixRMaj transposed = CommonOps_DDRM.transpose(c, null);
    DMatrixRMaj solved = PositiveDefinite.solve("anchor", held.copy(), transposed);
    CommonOps_DDRM.multAdd(-1, c, solved, moves);
    double trace = 0;
    for (int i = 0; i < moves.data.length; i++) {
      trace += gram.data[i] * moves.data[i]; // both are symmetric
    }
    return trace;
  }

  /// A task's targets with `anchor` where they have the concept, each with what it is sent to.
  static List<TargetPrompt> goals(EditTask task, String anchor) {
    return task.targets().stream()
        .map(
            target ->
                target.prompt().contains(task.concept())
                    ? new TargetPrompt(
                        target.prompt(), target.prompt().replace(task.concept(), anchor))
                    : target)
        .toList();
  }

  private static boolean takesThePlace(String candidate, EditTask task) {
    return !candidate.isEmpty()
        && task.targets().stream()
            .map(TargetPrompt::prompt)
            .filter(prompt -> !prompt.equals(task.concept()) && prompt.contains(task.concept()))
            .map(prompt -> prompt.replace(task.concept(), candidate))
            .anyMatch(task.preserve()::contains);
  }
}
