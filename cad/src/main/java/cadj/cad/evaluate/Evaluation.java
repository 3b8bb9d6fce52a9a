package cadj.cad.evaluate;

import static cadj.tensor.shape.Require.require;

import cadj.models.files.ModelFiles;
import cadj.models.pipeline.NonFiniteException;
import cadj.models.pipeline.TextToImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A run of protocols: cells that are not in the ledger yet are computed, one after the other.
public final class Evaluation {
  private final CellRun run;
  private final List<Cell> cells = new ArrayList<>();

  /// Is told how far it is.
  public interface Listener {
    /// @param number of the cell, from 1, of so many
    void cell(int number, int of, String name);

    /// What the cell is at.
    void at(String what, int done, int total);

    /// A cell that cannot be computed, in one line; the others are.
    void failed(String name, String why);

    /// A cell that was there already.
    void skipped(int number, int of, String name);
  }

  /// @param folder for ledger, pictures and patches
  public Evaluation(
      ModelFiles files, TextToImage pipeline, Instruments instruments, Ledger ledger, Path folder) {
    run = new CellRun(files, pipeline, instruments, ledger, folder);
  }

  /// Adds the cells of a protocol.
  ///
  /// @throws IllegalArgumentException naming a method or setting that there is not
  public Evaluation add(Protocol protocol) {
    Cell.of(protocol).forEach(cell -> cells.add(cell.on(run.files().schedule())));
    return this;
  }

  /// Number of cells.
  public int size() {
    return cells.size();
  }

  /// Names of the cells from number `first` to `last`, counted from 1; with each edit goes the
  /// model as it is on its noise, which is computed first where it is not in the ledger.
  public List<String> names(int first, int last) {
    return wanted(first, last).stream().map(Cell::name).toList();
  }

  /// How many of those cells are in the ledger already.
  public int present(int first, int last) {
    return (int)
        wanted(first, last).stream()
            .filter(cell -> run.ledger().has(cell.name(), run.identity(cell)))
            .count();
  }

  /// Computes the cells from number `first` to `last`, both included and counted from 1.
  ///
  /// @throws IllegalArgumentException at the end, if some could not be computed
  public void run(int first, int last, Listener listener) {
    List<Cell> wanted = wanted(first, last);
    int number = 0;
    int failed = 0;
    for (Cell cell : wanted) {
      number++;
      if (run.ledger().has(cell.name(), run.identity(cell))) {
        listener.skipped(number, wanted.size(), cell.name());
      } else {
        listener.cell(number, wanted.size(), cell.name());
        try {
          run.run(cell, listener::at);
          System.gc(); // else the heap grows to all it may, cell by cell, though little is in use
        } catch (IllegalArgumentException | NonFiniteException e) {
          failed++;
          listener.failed(cell.name(), String.valueOf(e.getMessage()));
        }
      }
    }
    require(failed == 0, "%d of %d cells could not be computed", failed, wanted.size());
  }

  private List<Cell> wanted(int first, int last) {
    require(
        first >= 1 && first <= last && first <= cells.size(),
        "--cells: expected some of the cells 1-%d, got cell %d and on",
        cells.size(),
        first);
    List<Cell> out = new ArrayList<>();
    for (Cell cell : cells.subList(first - 1, Math.min(last, cells.size()))) {
      List<Cell> needed =
          cell.protocol() instanceof EditProtocol edits
              ? List.of(Cell.unedited(edits, cell.seed()), cell)
              : List.of(cell);
      for (Cell one : needed) {
        if (out.stream().noneMatch(other -> other.name().equals(one.name()))) {
          out.add(one);
        }
      }
    }
    return out;
  }
}
