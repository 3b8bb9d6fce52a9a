package cadj.bench.race;

import cadj.bench.peer.Contender;
import cadj.bench.peer.Ours;
import cadj.bench.peer.Peer;
import cadj.bench.workload.Entry;
import cadj.bench.workload.Workload;
import cadj.kernels.device.F32;
import cadj.kernels.roofline.Roofline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// Lets this program and its peers take turns on the same numbers.
public final class Race {
  private final Pace pace;
  private final Function<Workload, Contender> ours;
  private final List<Peer> peers;
  private final Supplier<Roofline> probe;

  /// @param ours how this program does a workload
  /// @param probe measures what the machine could do
  public Race(
      Pace pace, Function<Workload, Contender> ours, List<Peer> peers, Supplier<Roofline> probe) {
    this.pace = pace;
    this.ours = ours;
    this.peers = List.copyOf(peers);
    this.probe = probe;
  }

  /// One outcome for each of `entries`, which share their rounds: in each, the machine is measured
  /// and every entry done by us, then by its peers.
  public List<Outcome> run(List<Entry> entries) {
    List<Lane> lanes = entries.stream().map(Lane::new).toList();
    try {
      lanes.forEach(Lane::prepare);
      for (int round = 0; round < pace.rounds(); round++) {
        for (Lane lane : lanes) {
          lane.ourTurn(round);
        }
        for (Lane lane : lanes) {
          lane.peersTurns(round);
        }
      }
      return lanes.stream().map(Lane::outcome).toList();
    } finally {
      lanes.forEach(Lane::close);
    }
  }

  private void pause() {
    try {
      Thread.sleep(Math.round(pace.pause() * 1000));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted between two turns", e);
    }
  }

  /// One entry and those who do it.
  private final class Lane {
    private final Entry entry;
    private final Workload workload;
    private final Contender our;
    private final List<Contender> others = new ArrayList<>();
    private final List<Times> peerTimes = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final Times ourTimes = times(Ours.NAME, 0);
    private final double[] shares = new double[pace.rounds()];

    Lane(Entry entry) {
      this.entry = entry;
      this.workload = entry.workload().get();
      this.our = ours.apply(workload);
    }

    private Times times(String name, double error) {
      return new Times(name, new double[pace.rounds()], error);
    }

    void prepare() {
      our.warmUp(pace.warmUp());
      for (Peer peer : peers) {
        for (Contender contender : peer.contenders(workload)) {
          others.add(contender);
          admit(contender);
        }
      }
    }

    private void admit(Contender contender) {
      List<F32> found = contender.results();
      double error = found == null ? Double.NaN : Difference.between(workload.results(), found);
      if (error > Difference.TOLERANCE) {
        refused.add(
            "%s: %s differs by %.1e of the largest value, and is not timed"
                .formatted(entry, contender.name(), error));
        others.remove(contender);
        contender.close();
        return;
      }
      contender.warmUp(pace.warmUp() / 4);
      peerTimes.add(times(contender.name(), error));
    }

    void ourTurn(int round) {
      pause();
      Roofline roofline = probe.get();
      ourTimes.seconds()[round] = our.turn(pace.turn());
      shares[round] = roofline.bound(workload.flop(), workload.bytes()) / ourTimes.seconds()[round];
    }

    void peersTurns(int round) {
      for (int i = 0; i < others.size(); i++) {
        pause();
        peerTimes.get(i).seconds()[round] = others.get(i).turn(pace.turn());
      }
    }

    Outcome outcome() {
      return new Outcome(
          entry,
          workload.flop(),
          workload.bytes(),
          ourTimes,
          peerTimes,
          Times.median(shares),
          refused);
    }

    void close() {
      others.forEach(Contender::close);
    }
  }
}
