package cadj.cad.method.textmask;

import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the edits minimise, written down once more, token by token, without moments.
final class PlainText {
  /// One token: its embedding x, where a target goes relative to it (1 + η)(g − x), 0 for preserved
  /// ones, and how much it counts.
  record Token(double[] x, double[] move, double weight) {}

  private PlainText() {}

  /// @param goals pairs of a target and what it is sent to
  static List<Token> tokens(
      String concept,
      List<String[]> goals,
      List<String> preserve,
      double eta,
      double preserveScale,
      double similarity) {
    return tokens(goals, preserve, eta, preserveScale, weights(concept, preserve, similarity));
  }

  /// @param weights of the preserved prompts
  static List<Token> tokens(
      List<String[]> goals,
      List<String> preserve,
      double eta,
      double preserveScale,
      double[] weights) {
    List<Token> out = new ArrayList<>();
    for (String[] goal : goals) {
      double[][] x = Bags.tokens(goal[0]);
      double[][] g = Bags.tokens(goal[1]);
      for (int t = 0; t < x.length; t++) {
        double[] move = new double[x[t].length];
        for (int i = 0; i < move.length; i++) {
          move[i] = (1 + eta) * (g[t][i] - x[t][i]);
        }
        out.add(new Token(x[t], move, 1.0 / goals.size()));
      }
    }
    for (int p = 0; p < preserve.size(); p++) {
      for (double[] x : Bags.tokens(preserve.get(p))) {
        out.add(new Token(x, new double[x.length], preserveScale * weights[p] / preserve.size()));
      }
    }
    return out;
  }

  static double[] weights(String concept, List<String> preserve, double similarity) {
    double[] cosines = cosines(concept, preserve);
    double sum = 0;
    for (int p = 0; p < cosines.length; p++) {
      cosines[p] = Math.max(1, Math.exp(similarity * cosines[p]));
      sum += cosines[p];
    }
    for (int p = 0; p < cosines.length; p++) {
      cosines[p] *= cosines.length / sum;
    }
    return cosines;
  }

  static double[] cosines(String concept, List<String> preserve) {
    List<String> all = new ArrayList<>(List.of(concept));
    all.addAll(preserve);
    int d = Bags.tokens("")[0].length;
    double[][] means = new double[all.size()][d];
    double[] centre = new double[d];
    for (int p = 0; p < means.length; p++) {
      double[][] tokens = Bags.tokens(all.get(p));
      for (double[] token : tokens) {
        for (int i = 0; i < d; i++) {
          means[p][i] += token[i] / tokens.length;
          centre[i] += token[i] / tokens.length / means.length;
        }
      }
    }
    double[] out = new double[preserve.size()];
    for (int p = 0; p < out.length; p++) {
      double ab = 0;
      double aa = 0;
      double bb = 0;
      for (int i = 0; i < d; i++) {
        double a = means[0][i] - centre[i];
        double b = means[p + 1][i] - centre[i];
        ab += a * b;
        aa += a * a;
        bb += b * b;
      }
      out[p] = ab / Math.sqrt(aa * bb);
    }
    return out;
  }

  /// How far apart two prompts are to the keys and values, squared: weight by weight, token by
  /// token.
  static double distance(String a, String b) {
    double[][] x = Bags.tokens(a);
    double[][] y = Bags.tokens(b);
    double sum = 0;
    for (Map.Entry<String, Tensor> entry : Bags.PIPELINE.denoiser().parameters().entrySet()) {
      if (entry.getKey().matches(".*\\.attn2\\.to_[kv]\\.weight")) {
        double[] w = entry.getValue().toDoubles();
        int d = entry.getValue().dim(1);
        for (int row = 0; row < w.length; row += d) {
          for (int t = 0; t < x.length; t++) {
            double difference = 0;
            for (int i = 0; i < d; i++) {
              difference += w[row + i] * (x[t][i] - y[t][i]);
            }
            sum += difference * difference;
          }
        }
      }
    }
    return sum;
  }

  /// Half the derivative of Σ weight·(u·x − w·move)² by u.
  static double[] gradient(List<Token> tokens, double[] w, double[] u) {
    double[] out = new double[w.length];
    for (Token token : tokens) {
      double error = 0;
      for (int i = 0; i < w.length; i++) {
        error += u[i] * token.x[i] - w[i] * token.move[i];
      }
      for (int i = 0; i < w.length; i++) {
        out[i] += token.weight * error * token.x[i];
      }
    }
    return out;
  }
}
