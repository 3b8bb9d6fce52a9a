package cadj.cad.method.textmask;

import cadj.cad.method.closedform.TextVectors;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/// How much alike a concept and preserved prompts are to the model: the cosine of their mean text
/// embeddings, after the mean over all of them is taken off, which is what any text has.
///
/// ```
/// m(p) = mean over tokens of the embeddings of p, padding included
/// cos(p) = ⟨m(concept) − m̄, m(p) − m̄⟩ / (‖…‖·‖…‖),  m̄ the mean over the concept and all p
/// ```
///
/// @param prompts the preserved ones
/// @param cosines of each, 0 where a vector is zero
record Similarity(List<String> prompts, double[] cosines) {
  static Similarity of(TextVectors texts, String concept, List<String> prompts) {
    List<double[]> means = new ArrayList<>();
    means.add(mean(texts.rows(concept)));
    prompts.forEach(prompt -> means.add(mean(texts.rows(prompt))));
    double[] centre = new double[means.getFirst().length];
    for (double[] mean : means) {
      for (int i = 0; i < centre.length; i++) {
        centre[i] += mean[i] / means.size();
      }
    }
    double[] concepts = means.getFirst();
    double[] cosines = new double[prompts.size()];
    for (int p = 0; p < cosines.length; p++) {
      double dot = dot(concepts, means.get(p + 1), centre);
      double norms =
          Math.sqrt(dot(concepts, concepts, centre))
              * Math.sqrt(dot(means.get(p + 1), means.get(p + 1), centre));
      cosines[p] = norms > 0 ? dot / norms : 0;
    }
    return new Similarity(prompts, cosines);
  }

  private static double[] mean(DMatrixRMaj rows) {
    double[] mean = new double[rows.numCols];
    for (int row = 0; row < rows.numRows; row++) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += rows.get(row, i) / rows.numRows;
      }
    }
    return mean;
  }

  private static double dot(double[] a, double[] b, double[] centre) {
    double sum = 0;
    for (int i = 0; i < centre.length; i++) {
      sum += (a[i] - centre[i]) * (b[i] - centre[i]);
    }
    return sum;
  }

  /// Weights of the preserved prompts, of mean 1: as max(1, exp(strength·cos)), so that near
  /// neighbours of the concept count for more and nothing for less than the rest.
  double[] weights(double strength) {
    double[] weights = new double[cosines.length];
    double mean = 0;
    for (int p = 0; p < weights.length; p++) {
      weights[p] = Math.max(1, Math.exp(strength * cosines[p]));
      mean += weights[p] / weights.length;
    }
    for (int p = 0; p < weights.length; p++) {
      weights[p] /= mean;
    }
    return weights;
  }
}
