package cadj.kernels.unary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ErfTest {
  /// x, erf(x), erfc(x) to 17 digits (mpmath).
  private static final double[][] KNOWN = {
    {1e-300, 1.1283791670955126e-300, 1.0},
    {1e-10, 1.1283791670955126e-10, 0.99999999988716208},
    {0.001, 0.0011283787909692364, 0.99887162120903076},
    {0.1, 0.1124629160182849, 0.8875370839817151},
    {0.5, 0.52049987781304654, 0.47950012218695346},
    {1, 0.84270079294971487, 0.15729920705028513},
    {1.5, 0.96610514647531073, 0.033894853524689273},
    {2, 0.99532226501895273, 0.0046777349810472658},
    {2.4999, 0.99959283009966655, 0.00040716990033345138},
    {2.5, 0.99959304798255504, 0.00040695201744495894},
    {2.5001, 0.99959326575652932, 0.00040673424347067974},
    {3, 0.99997790950300141, 2.2090496998585441e-5},
    {4, 0.9999999845827421, 1.5417257900280019e-8},
    {5, 0.99999999999846254, 1.5374597944280349e-12},
    {6, 0.99999999999999998, 2.1519736712498913e-17},
    {8, 1.0, 1.1224297172982927e-29},
    {10, 1.0, 2.0884875837625448e-45},
    {15, 1.0, 7.2129941724512067e-100},
    {20, 1.0, 5.3958656116079009e-176},
    {26, 1.0, 5.6631924088561428e-296},
  };

  @Test
  void knownValues() {
    for (double[] row : KNOWN) {
      assertEquals(row[1], Erf.erf(row[0]), 1e-13 * Math.abs(row[1]), "erf(" + row[0] + ")");
      assertEquals(-row[1], Erf.erf(-row[0]), 1e-13 * Math.abs(row[1]), "erf(-" + row[0] + ")");
      assertEquals(row[2], Erf.erfc(row[0]), 1e-11 * row[2], "erfc(" + row[0] + ")");
      assertEquals(2 - row[2], Erf.erfc(-row[0]), 1e-13, "erfc(-" + row[0] + ")");
    }
  }

  @Test
  void ends() {
    assertEquals(1, Erf.erf(Double.POSITIVE_INFINITY));
    assertEquals(-1, Erf.erf(Double.NEGATIVE_INFINITY));
    assertEquals(0, Erf.erfc(Double.POSITIVE_INFINITY));
    assertEquals(2, Erf.erfc(Double.NEGATIVE_INFINITY));
    assertTrue(Double.isNaN(Erf.erf(Double.NaN)));
    assertTrue(Double.isNaN(Erf.erfc(Double.NaN)));
  }
}
