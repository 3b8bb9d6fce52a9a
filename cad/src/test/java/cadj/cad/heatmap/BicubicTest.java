package cadj.cad.heatmap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// Against what torch 2.13 gives in double precision.
class BicubicTest {
  private static final double[] X = {1, -2, 4, 0, 3, 5, -1, 2, 0, 1, 7, -3};

  @Test
  void largerAsTorch() {
    double[] expected = {
      1.153273323615159, -0.8176195335276981, -2.8032521865889217, 1.0157499999999993,
      4.5430510204081616, 1.8397857142857141, -0.655539358600583, 2.090025874635567,
      1.6258265306122437, 1.038357142857142, 1.1839999999999968, 1.4862609329446028,
      1.2840976676384828, 1.1014726676384865, 2.8015670553935843, 4.050473760932944,
      5.162718658892129, 1.90625, -1.105502915451895, 0.6087827988338174,
      2.297649416909622, 1.1345696064139945, 1.8741005830903779, 2.9338148688046637,
      3.8772499999999974, 3.303447521865887, 0.6305087463556842, -1.357711734693875,
      -0.3776916909620992, -0.4198002915451927, 0.2339139941690937, 5.3312500000000025,
      7.454800291545194, 0.792514577259475, -4.595986880466476
    };
    assertArrayEquals(expected, Bicubic.resize(X, 3, 4, 5, 7), 1e-13);
  }

  @Test
  void smallerAsTorch() {
    double[] expected = {
      1.2460214120370376, 1.16796875, 0.9594184027777788,
      0.9016203703703722, 4.351806640625, -0.7700737847222214
    };
    assertArrayEquals(expected, Bicubic.resize(X, 3, 4, 2, 3), 1e-13);
  }

  @Test
  void theSameSizeIsTheSame() {
    assertArrayEquals(X, Bicubic.resize(X, 3, 4, 3, 4));
    assertEquals(2.5, Bicubic.resize(new double[] {2.5}, 1, 1, 3, 2)[5], 1e-14);
  }
}
