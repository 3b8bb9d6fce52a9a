package cadj.cad.demo;

import cadj.cad.judge.Judge;
import cadj.tensor.Tensor;
import java.util.List;

/// A judge that sees what it is told to, whatever the pictures.
record Told(List<List<String>> kinds, int[][] numbers) implements Judge {
  @Override
  public int[][] sees(Tensor pictures) {
    return numbers;
  }
}
