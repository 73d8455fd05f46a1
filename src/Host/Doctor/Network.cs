namespace OpenPassage.Host.Doctor;

/// <summary>Visits the addresses that the settings name as the operator's own, and nobody else's.</summary>
internal sealed class Network(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
{
    private static readonly TimeSpan RenewalDue = TimeSpan.FromDays(14);

    public Task<Visit> VisitAsync(string address, bool direct = false) => Visit.PayAsync(new Uri(address), direct, timeout, time, cancellationToken);

    /// <summary>Certificate and answer of a page that browsers open.</summary>
    public async Task<Visit> LookAtPageAsync(Findings findings, string name, string address)
    {
        var visit = await VisitAsync(address);
        LookAtCertificate(findings, name, visit);
        if (visit.BrokenCertificate is [])
        {
            if (visit.Failure is { } failure)
                findings.Warn($"{name} cannot be reached from here: {failure}.", "Check DNS, firewall and proxy. If browsers reach it, and only this machine does not, all is well.");
            else if (visit.Status >= 500)
                findings.Warn($"{name} answers {visit.Status}.", "Look at the log of what serves it.");
            else
                findings.Ok($"{name} can be reached.");
        }

        return visit;
    }

    public void LookAtCertificate(Findings findings, string name, Visit visit)
    {
        foreach (var broken in visit.BrokenCertificate)
            findings.Wrong($"{name} {broken}.", "Browsers refuse the page: renew the certificate, or let the web server show the right one with all between it and the root.");
        if (visit.BrokenCertificate is not [] || visit.CertificateEnds is not { } ends)
            return;
        var left = ends - time.GetUtcNow();
        if (left < RenewalDue)
            findings.Warn($"The certificate of {name} ends in {left.TotalDays:0} days.", "Renew it, and see why that has not happened by itself.");
        else
            findings.Ok($"The certificate of {name} is good for {left.TotalDays:0} days.");
    }
}
