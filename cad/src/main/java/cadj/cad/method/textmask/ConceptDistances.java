package cadj.cad.method.textmask;

import cadj.cad.method.EditTask;
import cadj.cad.method.closedform.EmbeddingMap;
import cadj.cad.method.closedform.TextVectors;
import cadj.cad.statistics.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/// How far apart concepts are to the keys and values. With x_t(k) for target t with k in the
/// concept's place, of those that have it:
///
/// ```
/// D(k, l) = mean over t of Σ_w Σ_tokens (w·(x_t(k) − x_t(l)))²
/// ```
///
/// @param concepts the task's own first, then the candidates of [Anchor]
/// @param prompts x_t(k) by t and k; none if there are no candidates
/// @param squared D
record ConceptDistances(List<String> concepts, List<List<String>> prompts, double[][] squared) {
  static ConceptDistances of(TextVectors texts, EditTask task) {
    List<String> concepts = new ArrayList<>(List.of(task.concept()));
    concepts.addAll(Anchor.candidates(task));
    double[][] squared = new double[concepts.size()][concepts.size()];
    if (concepts.size() == 1) {
      return new ConceptDistances(concepts, List.of(), squared);
    }
    List<List<String>> prompts =
        task.targets().stream()
            .filter(target -> target.prompt().contains(task.concept()))
            .map(
                target ->
                    concepts.stream()
                        .map(its -> target.prompt().replace(task.concept(), its))
                        .toList())
            .toList();
    DMatrixRMaj gram = EmbeddingMap.of(task.pipeline().denoiser()).gram();
    prompts.forEach(its -> add(texts, its, gram, 1.0 / prompts.size(), squared));
    return new ConceptDistances(concepts, prompts, squared);
  }

  /// With y = x·G, G = Σ wᵀw: Σ of (y(k) − y(l))∘(x(k) − x(l)), over as many tokens as both have.
  private static void add(
      TextVectors texts, List<String> prompts, DMatrixRMaj gram, double share, double[][] squared) {
    List<double[]> x = new ArrayList<>();
    List<double[]> y = new ArrayList<>();
    for (String prompt : prompts) {
      DMatrixRMaj rows = texts.rows(prompt);
      x.add(rows.data);
      y.add(CommonOps_DDRM.mult(rows, gram, null).data);
    }
    for (int k = 0; k < squared.length; k++) {
      for (int l = 0; l < squared.length; l++) {
        int size = Math.min(x.get(k).length, x.get(l).length);
        double sum = 0;
        for (int i = 0; i < size; i++) {
          sum += (x.get(k)[i] - x.get(l)[i]) * (y.get(k)[i] - y.get(l)[i]);
        }
        squared[k][l] += share * sum;
      }
    }
  }

  /// Of D over all pairs; 0 if there are none.
  double median() {
    DoubleStream.Builder pairs = DoubleStream.builder();
    for (int k = 1; k < squared.length; k++) {
      for (int l = 0; l < k; l++) {
        pairs.add(squared[k][l]);
      }
    }
    double[] sorted = pairs.build().sorted().toArray();
    return sorted.length == 0 ? 0 : Sample.quantile(sorted, 0.5);
  }
}
