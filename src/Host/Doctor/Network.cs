namespace OpenPassage.Host.Doctor;

/// <summary>Visits the addresses that the settings name as the operator's own, and nobody else's.</summary>
internal sealed class Network(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
{
    private static readonly TimeSpan RenewalDue = TimeSpan.FromDays(14);

    public Task<Visit> VisitAsync(string address, bool direct = false)
        => Visit.PayAsync(new Uri(address), direct, timeout, time, cancellationToken);

    /// <summary>Ends what takes longer than one address may.</summary>
    public CancellationTokenSource Patience()
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        return patience;
    }

    /// <summary>Certificate and answer of a page that browsers open.</summary>
    public async Task<Visit> LookAtPageAsync(Findings findings, string name, string address)
    {
        var visit = await VisitAsync(address);
        LookAtCertificate(findings, name, visit);
        if (visit.BrokenCertificate is [])
        {
            if (visit.Failure is { } failure)
                findings.Warn(
                    $"{name} cannot be reached from here: {failure}.",
                    "Check DNS, the firewall and the proxy. If browsers can reach it and only this machine cannot, ignore this.");
            else if (visit.Status >= 500)
                findings.Warn($"{name} answers {visit.Status}.", "Check the log of the web server there.");
            else
                findings.Ok($"{name} can be reached.");
        }

        return visit;
    }

    public void LookAtCertificate(Findings findings, string name, Visit visit)
    {
        foreach (var broken in visit.BrokenCertificate)
            findings.Wrong(
                $"{name} {broken}.",
                "Browsers refuse the page. Renew the certificate, or configure the web server to send the right one with its "
                    + "intermediate certificates.");
        if (visit.BrokenCertificate is not [] || visit.CertificateEnds is not { } ends)
            return;
        var left = ends - time.GetUtcNow();
        if (left < RenewalDue)
            findings.Warn(
                $"The certificate of {name} expires in {left.TotalDays:0} days.",
                "Renew it, and find out why it was not renewed automatically.");
        else
            findings.Ok($"The certificate of {name} is valid for {left.TotalDays:0} more days.");
    }
}
